package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Usage;
import java.time.Duration;

/** What became of a request to a model. */
public sealed interface ModelReply {
  /**
   * The model answered, however oddly: the executor checks the answer before anything acts on it.
   *
   * @param answer {@code {"content": [blocks], "stop_reason": …}}, where a block is {@code {"type":
   *     "text", "text": …}}, {@code {"type": "tool_use", "id": …, "name": …, "input": {…}}} or of a
   *     type of the provider's own, which goes back to it untouched. Call ids are unique within a
   *     task
   */
  record Answered(JsonNode answer, Usage usage) implements ModelReply {}

  /**
   * The infrastructure failed in a way that passes: a timeout, 429, 529 or 5xx.
   *
   * @param retryAfter as the provider asked, or zero
   */
  record Unavailable(String why, Duration retryAfter, Usage usage) implements ModelReply {}

  /**
   * The provider will not serve this request.
   *
   * @param hopeless no other request will be served either (401 or 403, say)
   */
  record Refused(String why, boolean hopeless) implements ModelReply {}
}
