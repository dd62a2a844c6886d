package dev.treadle.lambda;

import dev.treadle.Redaction;
import dev.treadle.Secrets;
import dev.treadle.tool.McpFile;
import dev.treadle.tool.McpTools;
import dev.treadle.tool.Reach;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The remote MCP servers of a process, from {@code TREADLE_MCP}. */
public final class McpDeployment {
  private McpDeployment() {}

  /**
   * As the environment of the process says.
   *
   * @param redaction hides each secret from the moment it is read
   * @throws IllegalArgumentException {@code TREADLE_MCP} is wrong; the message names the field
   */
  public static List<McpTools> ofTheProcess(Reach reach, InstantSource clock, Redaction redaction) {
    Map<String, String> environment = System.getenv();
    Secrets references = ModelAccess.ofTheProcess(clock, redaction).secrets();
    Secrets secrets =
        name -> {
          if (Secrets.isReference(name)) return references.read(name);
          String value = environment.get(name);
          if (value == null) throw new Secrets.Unreadable(name, "there is no such variable");
          redaction.hide(value);
          // A server that repeats the key may leave out the word before it.
          redaction.hide(value.substring(value.lastIndexOf(' ') + 1));
          return value;
        };
    return McpFile.fromEnvironment(Optional.ofNullable(environment.get(McpFile.VARIABLE))).stream()
        .map(server -> new McpTools(server, reach, secrets, clock))
        .toList();
  }
}
