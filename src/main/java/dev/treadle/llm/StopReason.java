package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;

/** Why an answer ended where it did, as far as the loop treats it differently. */
enum StopReason {
  FINISHED,
  /** At the limit of its tokens or of the window: the last block may be half of one. */
  CUT,
  /** The provider's rules stopped it: nothing in it may be acted upon, however whole it looks. */
  REFUSED,
  /** The provider wants the answer back, to go on with it. */
  PAUSED,
  /** The provider says that the model wrote rubbish. */
  MALFORMED;

  /** Of an answer as it was given or recorded. */
  static StopReason of(JsonNode answer) {
    return switch (answer.path("stop_reason").asText("")) {
      case "max_tokens", "model_context_window_exceeded" -> CUT;
      case "refusal" -> REFUSED;
      case "pause_turn" -> PAUSED;
      case "malformed_tool_use", "malformed_model_output" -> MALFORMED;
      default -> FINISHED;
    };
  }
}
