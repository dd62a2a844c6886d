package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Violation;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.Starter;
import dev.treadle.trigger.ScheduleTrigger;
import dev.treadle.trigger.Slot;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts a task, from a direct invocation or a schedule.
 *
 * <p>A direct start is the request of {@link Starter}; an event with a {@code schedule} is a {@link
 * Slot}. What is thrown makes EventBridge Scheduler keep the event and send it again.
 */
@Named("trigger")
@Singleton
public class TriggerHandler implements RequestHandler<JsonNode, JsonNode> {
  private final Starter starter;
  private final ScheduleTrigger schedules;

  public TriggerHandler(Starter starter, ScheduleTrigger schedules) {
    this.starter = starter;
    this.schedules = schedules;
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

  /** The schedule queues its slots: EventBridge sends this one again until there is room. */
  public static final class Busy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Busy(String because) {
      super("not started yet: " + because);
    }
  }

  @Override
  public JsonNode handleRequest(JsonNode event, @Nullable Context context) {
    if (!(event instanceof ObjectNode fields) || !event.has("schedule")) {
      return answer(starter.start(event));
    }
    return switch (Slot.read(fields)) {
      case Slot.Bad(List<Violation> violations) -> throw new Refused(violations);
      case Slot.Fire(Slot slot) ->
          switch (schedules.fire(slot)) {
            case ScheduleTrigger.Asked(StartAnswer answer) -> answer(answer);
            case ScheduleTrigger.Skipped(String because) ->
                Json.object().put("answer", "skipped").put("because", because);
            case ScheduleTrigger.Busy(String because) -> throw new Busy(because);
          };
    };
  }

  private static JsonNode answer(StartAnswer answer) {
    return switch (answer) {
      case StartAnswer.Started(var task) -> answer(task.id().value(), "started");
      case StartAnswer.Existing(var task) -> answer(task.id().value(), "existing");
      case StartAnswer.Refused(List<Violation> violations) -> throw new Refused(violations);
    };
  }

  private static JsonNode answer(String taskId, String what) {
    return Json.object().put("task_id", taskId).put("answer", what);
  }
}
