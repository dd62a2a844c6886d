package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.TaskId;
import java.util.Optional;

/**
 * A hint that an iteration is due. Losing, repeating or delaying it harms no task.
 *
 * @param snapshot where the reader of the journal may start; zero for the beginning
 */
public record StepMessage(TaskId taskId, int iteration, int snapshot) {
  /** What the queue carries. */
  public String body() {
    return Json.write(this);
  }

  /** Empty when the text is not a message of ours. */
  public static Optional<StepMessage> parse(String body) {
    try {
      JsonNode tree = Json.parse(body);
      boolean isOurs =
          tree.path("task_id").isTextual()
              && TaskId.isLegal(tree.path("task_id").textValue())
              && tree.path("iteration").canConvertToInt()
              && tree.path("iteration").isIntegralNumber()
              && tree.path("snapshot").canConvertToInt();
      return isOurs ? Optional.of(Json.bind(tree, StepMessage.class)) : Optional.empty();
    } catch (Json.MalformedJson | IllegalArgumentException alien) {
      return Optional.empty();
    }
  }
}
