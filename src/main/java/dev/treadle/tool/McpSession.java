package dev.treadle.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.tool.McpListing.Offer;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.spec.McpSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A conversation with one MCP server, from the greeting on. For one thread. */
final class McpSession {
  private static final int PAGES_MAX = 20;
  private static final int OFFERS_MAX = 1_000;
  private static final McpSchema.Implementation SELF =
      McpSchema.Implementation.builder("treadle", "0.1").build();

  /** What a server says of its own results decides nothing here. */
  private static final JsonSchemaValidator UNCHECKED =
      (_, result) -> JsonSchemaValidator.ValidationResponse.asValid(String.valueOf(result));

  private static final TypeRef<Map<String, Object>> ARGUMENTS = new TypeRef<>() {};

  private final McpSyncClient client;

  /**
   * Result of a call.
   *
   * @param failed the server says that the tool did not do it
   */
  record Result(String text, boolean failed) {}

  private McpSession(McpSyncClient client) {
    this.client = client;
  }

  /**
   * Greets the server.
   *
   * @param limit on each answer; the caller's own limit is on all of them together
   */
  static McpSession open(McpTransport transport, Duration limit) {
    McpSyncClient client =
        McpClient.sync(transport)
            .clientInfo(SELF)
            .requestTimeout(limit)
            .initializationTimeout(limit)
            .jsonSchemaValidator(UNCHECKED)
            .build();
    client.initialize();
    return new McpSession(client);
  }

  /** What the server offers now. */
  List<Offer> offers() {
    List<Offer> offers = new ArrayList<>();
    String page = McpSchema.FIRST_PAGE;
    for (int pages = 0; pages < PAGES_MAX; pages++) {
      McpSchema.ListToolsResult listed = client.listTools(page);
      listed.tools().forEach(tool -> offers.add(offer(tool)));
      page = listed.nextCursor();
      if (offers.size() > OFFERS_MAX) break;
      if (page == null || page.isEmpty()) return offers;
    }
    throw new McpTransport.Trouble(
        "the server lists more than %d tools or %d pages".formatted(OFFERS_MAX, PAGES_MAX),
        false,
        Duration.ZERO);
  }

  private static Offer offer(McpSchema.Tool tool) {
    return new Offer(
        tool.name(),
        Optional.ofNullable(tool.description()).orElse(""),
        Json.tree(Optional.ofNullable(tool.inputSchema()).orElse(Map.of())));
  }

  Result call(String tool, JsonNode arguments) {
    McpSchema.CallToolResult result =
        client.callTool(
            McpSchema.CallToolRequest.builder(tool)
                .arguments(McpTransport.JSON.convertValue(arguments, ARGUMENTS))
                .build());
    return new Result(text(result), Boolean.TRUE.equals(result.isError()));
  }

  /** The text of a result; of one without text what it has in fields. */
  private static String text(McpSchema.CallToolResult result) {
    List<String> parts = new ArrayList<>();
    for (McpSchema.Content part :
        Optional.ofNullable(result.content()).orElse(List.<McpSchema.Content>of())) {
      parts.add(
          part instanceof McpSchema.TextContent text
              ? text.text()
              : "[left out: " + part.type() + ']');
    }
    if (parts.isEmpty() && result.structuredContent() != null) {
      return Json.write(result.structuredContent());
    }
    return String.join("\n", parts);
  }
}
