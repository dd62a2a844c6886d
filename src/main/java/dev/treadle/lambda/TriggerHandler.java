package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Starts a task, from a schedule's message or a direct invocation.
 *
 * <p>A direct start is the request of {@link Starter}; an event with a {@code schedule} is a {@link
 * Slot}. Schedules send theirs to a queue: Lambda tries an event that nobody waits for three times
 * within minutes and then drops it, and a slot may have to wait for hours.
 */
@Named("trigger")
@Singleton
public class TriggerHandler implements RequestHandler<JsonNode, JsonNode> {
  private static final Logger LOG = Logger.getLogger(TriggerHandler.class);
  private final Starter starter;
  private final ScheduleTrigger schedules;
  private final Metrics metrics;

  public TriggerHandler(Starter starter, ScheduleTrigger schedules, Metrics metrics) {
    this.starter = starter;
    this.schedules = schedules;
    this.metrics = metrics;
  }

  /** Nothing was started, and a caller reads why. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(List<Violation> violations) {
      super(
          "nothing was started: "
              + String.join("; ", violations.stream().map(Violation::toString).toList()));
    }
  }

  /** The schedule queues its slots, and this one must be fired again. */
  public static final class Busy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Busy(String because) {
      super("not started yet: " + because);
    }
  }

  @Override
  public JsonNode handleRequest(JsonNode event, @Nullable Context context) {
    if (event.path("Records").isArray()) return messages(event.path("Records"));
    return switch (ask(event)) {
      case ScheduleTrigger.Asked(StartAnswer answer) -> answer(answer);
      case ScheduleTrigger.Skipped(String because) ->
          Json.object().put("answer", "skipped").put("because", because);
      case ScheduleTrigger.Busy(String because) -> throw new Busy(because);
    };
  }

  private ScheduleTrigger.Answer ask(JsonNode event) {
    if (!(event instanceof ObjectNode fields) || !event.has("schedule")) {
      return new ScheduleTrigger.Asked(starter.start(event));
    }
    return switch (Slot.read(fields)) {
      case Slot.Bad(List<Violation> violations) -> throw new Refused(violations);
      case Slot.Fire(Slot slot) -> schedules.fire(slot);
    };
  }

  /** Names the messages that are to come again. */
  private JsonNode messages(JsonNode messages) {
    ObjectNode answer = Json.object();
    ArrayNode kept = answer.putArray("batchItemFailures");
    for (JsonNode message : messages) {
      if (isDone(message)) continue;
      kept.addObject().put("itemIdentifier", message.path("messageId").asText());
    }
    return answer;
  }

  /** The edge: whatever is wrong with a fire, it is kept and said, and the others go on. */
  private boolean isDone(JsonNode message) {
    // Never the event itself: what a task is given is not for whoever reads logs.
    String fire = "message " + message.path("messageId").asText();
    try {
      JsonNode event = Json.parse(message.path("body").asText());
      fire =
          "slot %s of schedule %s"
              .formatted(event.path("scheduled_time").asText(), event.path("schedule").asText());
      return switch (ask(event)) {
        case ScheduleTrigger.Asked(StartAnswer answer) -> {
          LOG.infof("%s: %s", fire, answer(answer));
          yield true;
        }
        case ScheduleTrigger.Skipped(String because) -> {
          LOG.warnf("%s passes without a task: %s", fire, because);
          yield true;
        }
        case ScheduleTrigger.Busy(String because) -> {
          LOG.infof("%s waits: %s", fire, because);
          yield false;
        }
      };
    } catch (Json.MalformedJson | RuntimeException failed) {
      LOG.errorf(failed, "%s could not start a task and is tried again", fire);
      metrics.say(Map.of(Metric.FAILED_FIRES, 1L));
      return false;
    }
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
