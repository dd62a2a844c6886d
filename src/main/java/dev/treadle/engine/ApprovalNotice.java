package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.TaskId;
import java.util.Optional;

/**
 * Asks the notifier to tell people about a question. It carries no address and no link: the
 * notifier finds the first in the configuration and makes the second.
 */
public record ApprovalNotice(TaskId taskId, String approvalId, Kind kind) {
  public enum Kind {
    /** It was asked, and nobody may have heard of it. */
    ASKED,
    /** Half or nine tenths of the time are over. */
    REMINDED
  }

  /** What the queue carries. */
  public String body() {
    return Json.write(this);
  }

  /** Empty when the text is not a notice of ours. */
  public static Optional<ApprovalNotice> parse(String body) {
    try {
      JsonNode tree = Json.parse(body);
      boolean isOurs =
          TaskId.isLegal(tree.path("task_id").asText())
              && tree.path("approval_id").isTextual()
              && tree.path("kind").isTextual();
      return isOurs ? Optional.of(Json.bind(tree, ApprovalNotice.class)) : Optional.empty();
    } catch (Json.MalformedJson | IllegalArgumentException alien) {
      return Optional.empty();
    }
  }
}
