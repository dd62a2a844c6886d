package dev.treadle.trigger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.Violation;
import java.util.List;
import java.util.Optional;

/**
 * What a sender hears: 202 with the task and where to look, the same for each duplicate, or a
 * problem (RFC 9457) that names what is wrong.
 *
 * @param location where to look, on the deployment's own site
 */
public record WebhookAnswer(int status, ObjectNode body, Optional<String> location) {
  /** The media type of the body. */
  public String contentType() {
    return status < 400 ? "application/json" : "application/problem+json";
  }

  static WebhookAnswer accepted(TaskId id) {
    String look = "/tasks/" + id;
    ObjectNode body = Json.object().put("task_id", id.value()).put("look_at", look);
    return new WebhookAnswer(202, body, Optional.of(look));
  }

  static WebhookAnswer problem(int status, String code, String detail) {
    ObjectNode body = Json.object().put("type", "about:blank").put("status", status);
    body.put("code", code).put("detail", detail);
    return new WebhookAnswer(status, body, Optional.empty());
  }

  static WebhookAnswer problem(int status, String code, List<Violation> violations) {
    WebhookAnswer answer = problem(status, code, "nothing was started");
    answer.body().set("violations", Json.tree(violations));
    return answer;
  }
}
