package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Violation;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.Starter;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts a task, from a direct invocation or a schedule.
 *
 * <p>A direct start is the request of {@link Starter}. A schedule sends {@code {schedule,
 * scheduled_time, task_type, input_data}}; its task is named by the schedule and the slot, so that
 * a second fire of the same slot finds the first one's task.
 */
@Named("trigger")
@Singleton
public class TriggerHandler implements RequestHandler<JsonNode, JsonNode> {
  private static final DateTimeFormatter SLOT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);
  private final Starter starter;

  public TriggerHandler(Starter starter) {
    this.starter = starter;
  }

  /** Nothing was started; EventBridge keeps the event, and a caller reads why. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(List<Violation> violations) {
      super(
          "nothing was started: "
              + String.join("; ", violations.stream().map(Violation::toString).toList()));
    }
  }

  @Override
  public JsonNode handleRequest(JsonNode event, @Nullable Context context) {
    return switch (starter.start(request(event))) {
      case StartAnswer.Started(var task) -> answer(task.id().value(), "started");
      case StartAnswer.Existing(var task) -> answer(task.id().value(), "existing");
      case StartAnswer.Refused(List<Violation> violations) -> throw new Refused(violations);
    };
  }

  private static JsonNode request(JsonNode event) {
    if (!(event instanceof ObjectNode fields) || !event.has("schedule")) return event;
    String schedule = event.path("schedule").asText();
    ObjectNode request = fields.deepCopy();
    request.put("task_id", schedule + "-" + SLOT.format(slot(event.path("scheduled_time"))));
    request.put("triggered_by", "schedule:" + schedule);
    request.put("series", schedule);
    return request;
  }

  private static Instant slot(JsonNode time) {
    try {
      return Instant.parse(time.asText());
    } catch (DateTimeParseException notTime) {
      throw new Refused(
          List.of(new Violation("scheduled_time", "must be a time such as 2026-03-01T06:00:00Z")));
    }
  }

  private static JsonNode answer(String taskId, String what) {
    return Json.object().put("task_id", taskId).put("answer", what);
  }
}
