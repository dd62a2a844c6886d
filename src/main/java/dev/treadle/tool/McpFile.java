package dev.treadle.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.BlastRadius;
import dev.treadle.Effect;
import dev.treadle.Json;
import dev.treadle.Outward;
import dev.treadle.Schema;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which MCP servers a deployment may ask, from {@code TREADLE_MCP}: a JSON document or the path of
 * one. {@code docs/tools.md} explains its fields.
 */
public final class McpFile {
  public static final String VARIABLE = "TREADLE_MCP";
  private static final Set<String> SERVER_FIELDS =
      Set.of("name", "url", "authorization", "agents", "tools");
  private static final Set<String> TOOL_FIELDS =
      Set.of(
          "name",
          "description",
          "input_schema",
          "sha256",
          "effect",
          "blast_radius",
          "undo",
          "outward");

  private McpFile() {}

  /**
   * The servers that an environment names.
   *
   * @param value of {@code TREADLE_MCP}; empty for none
   * @throws IllegalArgumentException it is wrong; the message names the field and the rule
   */
  public static List<McpServer> fromEnvironment(Optional<String> value) {
    if (value.filter(text -> !text.isBlank()).isEmpty()) return List.of();
    return at(VARIABLE, () -> servers(Json.parse(text(value.get().strip()))));
  }

  /** A step of reading that may find its field wrong. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws Json.MalformedJson, IOException;
  }

  private static <T> T at(String place, Reading<T> reading) {
    try {
      return reading.read();
    } catch (Json.MalformedJson malformed) {
      throw new IllegalArgumentException(place + " must be JSON: " + malformed.getMessage());
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          place + " names a file that cannot be read: " + unreadable.getMessage(), unreadable);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(place + ": " + wrong.getMessage(), wrong);
    }
  }

  private static String text(String value) throws IOException {
    return value.startsWith("{") ? value : Files.readString(Path.of(value));
  }

  private static List<McpServer> servers(JsonNode document) {
    demandFields(document, Set.of("servers"));
    List<McpServer> servers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode each : list(document, "servers")) {
      McpServer server = at("servers[%d]".formatted(servers.size()), () -> server(each));
      if (!names.add(server.name())) {
        throw new IllegalArgumentException("there are two servers named " + server.name());
      }
      servers.add(server);
    }
    return servers;
  }

  private static McpServer server(JsonNode server) {
    demandFields(server, SERVER_FIELDS);
    List<PinnedTool> tools = new ArrayList<>();
    for (JsonNode each : list(server, "tools")) {
      tools.add(at("tools[%d]".formatted(tools.size()), () -> tool(each)));
    }
    return new McpServer(
        text(server, "name"),
        URI.create(text(server, "url")),
        optional(server, "authorization"),
        Set.copyOf(texts(server, "agents")),
        tools);
  }

  private static PinnedTool tool(JsonNode tool) {
    demandFields(tool, TOOL_FIELDS);
    if (!(tool.get("input_schema") instanceof ObjectNode schema)) {
      throw new IllegalArgumentException("input_schema must be an object");
    }
    return new PinnedTool(
        text(tool, "name"),
        text(tool, "description"),
        Schema.of(schema),
        text(tool, "sha256"),
        word(tool, "effect", Effect.class, Effect.IRREVERSIBLE),
        word(tool, "blast_radius", BlastRadius.class, BlastRadius.HIGH),
        optional(tool, "undo"),
        Outward.by(texts(tool, "outward").toArray(String[]::new)));
  }

  private static void demandFields(JsonNode object, Set<String> known) {
    if (!object.isObject()) throw new IllegalArgumentException("must be an object");
    object
        .fieldNames()
        .forEachRemaining(field -> {
          if (!known.contains(field)) {
            throw new IllegalArgumentException(
                "there is no field %s, only %s".formatted(field, known.stream().sorted().toList()));
          }
        });
  }

  private static JsonNode list(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode()) return Json.array();
    if (!value.isArray()) throw new IllegalArgumentException(field + " must be a list");
    return value;
  }

  private static List<String> texts(JsonNode object, String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode each : list(object, field)) {
      if (!each.isTextual()) throw new IllegalArgumentException(field + " must be a list of texts");
      texts.add(each.textValue());
    }
    return texts;
  }

  private static String text(JsonNode object, String field) {
    return optional(object, field)
        .orElseThrow(() -> new IllegalArgumentException(field + " is missing"));
  }

  private static Optional<String> optional(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode()) return Optional.empty();
    if (!value.isTextual()) throw new IllegalArgumentException(field + " must be a text");
    return Optional.of(value.textValue());
  }

  private static <E extends Enum<E>> E word(
      JsonNode object, String field, Class<E> words, E unsaid) {
    Optional<String> said = optional(object, field);
    if (said.isEmpty()) return unsaid;
    Supplier<List<String>> all =
        () ->
            Arrays.stream(words.getEnumConstants())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
    return Arrays.stream(words.getEnumConstants())
        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(said.get()))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s must be one of %s, was %s".formatted(field, all.get(), said.get())));
  }
}
