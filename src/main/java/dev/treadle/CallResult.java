package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;

/** What became of a call, as the model will read it. */
public sealed interface CallResult {
  ToolCall call();

  record Succeeded(ToolCall call, JsonNode output) implements CallResult {}

  /** It was refused or did not happen; the model reads why. */
  record Failed(ToolCall call, String why) implements CallResult {}

  /** It waits for a human; its result is owed to the model. */
  record Pending(ToolCall call, String approvalId) implements CallResult {}
}
