package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** What a tool says about one call. A tool that cannot say throws, and the outcome is unknown. */
public sealed interface ToolOutcome {
  /** It happened; the output goes to the model. */
  record Succeeded(JsonNode output) implements ToolOutcome {}

  /** It clearly did not happen; the reason goes to the model. */
  record Failed(String why) implements ToolOutcome {}

  /**
   * The infrastructure failed in a way that passes (timeout, 429, 5xx). Read-only and keyed calls
   * are tried again by queue delay, at the earliest after {@code after}; for any other effect it
   * means that the call did not happen.
   */
  record Unavailable(String why, Duration after) implements ToolOutcome {}

  /** A record, collection or value as output. */
  static ToolOutcome succeeded(Object output) {
    return new Succeeded(Json.tree(output));
  }

  static ToolOutcome failed(String why) {
    return new Failed(why);
  }
}
