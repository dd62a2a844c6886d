package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A call that the model asked for.
 *
 * @param id the model's own name for the call; its result goes back under it
 */
public record ToolCall(String id, String tool, JsonNode arguments) {
  public String argumentsDigest() {
    return CanonicalJson.digest(arguments);
  }
}
