package dev.treadle.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What an MCP server says that it offers. Text of strangers: for operators, not for models. */
public sealed interface McpListing {
  /** All its tools, in its order. */
  record Listed(List<Offer> offers) implements McpListing {
    public Listed {
      offers = List.copyOf(offers);
    }
  }

  /** There is no list. */
  record NotListed(String why) implements McpListing {}

  /** A tool as the server describes it now. */
  record Offer(String name, String description, JsonNode inputSchema) {
    public String sha256() {
      return PinnedTool.sha256(description, inputSchema);
    }
  }
}
