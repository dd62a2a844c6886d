package dev.treadle.tool;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A remote MCP server that a deployment may ask, over streamable HTTP.
 *
 * @param name 1 to 24 of {@code a-z 0-9 -}, starting with a letter
 * @param authorization names the secret that holds the whole value of the Authorization header
 * @param agents the names of those that get its tools
 * @param tools the reviewed ones; the server's others are not offered
 */
public record McpServer(
    String name,
    URI address,
    Optional<String> authorization,
    Set<String> agents,
    List<PinnedTool> tools) {
  private static final Pattern LEGAL_NAME = Pattern.compile("[a-z][a-z0-9-]{0,23}");

  public McpServer {
    if (!LEGAL_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name must be 1 to 24 of a-z 0-9 -, starting with a letter, was \"" + name + '"');
    }
    try {
      WebAddress.of(address.toString());
    } catch (WebAddress.Unfit unfit) {
      throw new IllegalArgumentException("url: " + unfit.getMessage(), unfit);
    }
    agents = Set.copyOf(agents);
    tools = List.copyOf(tools);
  }

  /** The name by which a model calls a tool. Names of MCP may hold dots and slashes. */
  String modelName(String tool) {
    return name + '_' + tool.replaceAll("[^A-Za-z0-9_-]", "_");
  }
}
