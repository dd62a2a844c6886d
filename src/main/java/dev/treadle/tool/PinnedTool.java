package dev.treadle.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.BlastRadius;
import dev.treadle.CanonicalJson;
import dev.treadle.Effect;
import dev.treadle.Json;
import dev.treadle.Outward;
import dev.treadle.Schema;
import java.util.Optional;

/**
 * A tool of an MCP server as an operator reviewed it: the model reads this description and this
 * schema, and it is called only while the server still says the same. What it does to the world is
 * said here and never taken from the server.
 *
 * @param name as the server calls it
 * @param sha256 of description and schema, see {@link #sha256(String, JsonNode)}
 * @param undo how a person undoes it, of a reversible tool
 */
public record PinnedTool(
    String name,
    String description,
    Schema input,
    String sha256,
    Effect effect,
    BlastRadius blastRadius,
    Optional<String> undo,
    Outward outward) {
  public PinnedTool {
    if (effect == Effect.IDEMPOTENT) {
      throw new IllegalArgumentException(
          "effect must be read_only, reversible or irreversible: MCP has no key by which a server"
              + " would know a repeated call");
    }
    if ((effect == Effect.REVERSIBLE) != undo.isPresent()) {
      throw new IllegalArgumentException("undo says how to undo a tool that is reversible");
    }
    String found = sha256(description, input.json());
    if (!found.equals(sha256)) {
      throw new IllegalArgumentException(
          "sha256 must be that of description and input_schema, %s, was %s"
              .formatted(found, sha256));
    }
    for (String argument : outward.arguments()) {
      if (!input.json().path("properties").has(argument)) {
        throw new IllegalArgumentException("outward names no property of the schema: " + argument);
      }
    }
    demandNoForeignReference(input.json());
  }

  /** SHA-256 of the canonical form of what the model would read, 64 lower-case hex digits. */
  public static String sha256(String description, JsonNode inputSchema) {
    var read = Json.object().put("description", description);
    read.set("input_schema", inputSchema);
    return CanonicalJson.digest(read);
  }

  /** A schema that refers elsewhere can change without its hash. */
  private static void demandNoForeignReference(JsonNode schema) {
    schema.forEachEntry((key, value) -> {
      boolean refers = key.equals("$ref") || key.equals("$dynamicRef");
      if (refers && value.isTextual() && !value.textValue().startsWith("#")) {
        throw new IllegalArgumentException(
            "input_schema must refer to nothing outside itself, was " + value.textValue());
      }
    });
    schema.forEach(PinnedTool::demandNoForeignReference);
  }
}
