package dev.treadle.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Violation;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One fire of a schedule, as its event says it: {@code {schedule, scheduled_time, task_type,
 * input_data, overlap?, max_iterations?}}.
 *
 * <p>Its task is named by the schedule and the slot: however often and however late the event
 * comes, it is the same task. EventBridge Scheduler writes the slot itself where the payload has
 * {@code <aws.scheduler.scheduled-time>}.
 *
 * @param request what the starter is asked
 */
public record Slot(String schedule, Instant time, Overlap overlap, JsonNode request) {
  public static final String NAME_RULE = "must be 1 to 64 characters of A-Z a-z 0-9 . _ -";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  /** What an event is. */
  public sealed interface Reading {}

  /** A slot whose own fields are good; the starter judges the rest. */
  public record Fire(Slot slot) implements Reading {}

  /** No slot; nothing was started. */
  public record Bad(List<Violation> violations) implements Reading {}

  public static Reading read(ObjectNode event) {
    List<Violation> violations = new ArrayList<>();
    String schedule = event.path("schedule").asText();
    if (!isName(schedule)) violations.add(new Violation("schedule", NAME_RULE));
    Instant time = time(event.path("scheduled_time"), violations);
    JsonNode policy = event.path("overlap");
    Overlap overlap = policy.isMissingNode() ? Overlap.ALLOW : overlap(policy, violations);
    if (!violations.isEmpty()) return new Bad(violations);
    return new Fire(
        new Slot(schedule, time, overlap, request(event, schedule, taskId(schedule, time))));
  }

  /** Whether a schedule may have this name. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** The id of the task of a slot. */
  public static String taskId(String schedule, Instant time) {
    return schedule + "-" + STAMP.format(time);
  }

  /** What marks the tasks of a schedule. */
  static String triggeredBy(String schedule) {
    return "schedule:" + schedule;
  }

  static Overlap overlap(JsonNode policy, List<Violation> violations) {
    return Overlap.of(policy.asText())
        .orElseGet(() -> {
          violations.add(new Violation("overlap", Overlap.RULE));
          return Overlap.ALLOW;
        });
  }

  private static Instant time(JsonNode time, List<Violation> violations) {
    try {
      return Instant.parse(time.asText());
    } catch (DateTimeParseException notTime) {
      violations.add(
          new Violation("scheduled_time", "must be a time such as 2026-03-01T06:00:00Z"));
      return Instant.EPOCH;
    }
  }

  private static ObjectNode request(ObjectNode event, String schedule, String taskId) {
    ObjectNode request = event.deepCopy();
    request.put("task_id", taskId).put("triggered_by", triggeredBy(schedule));
    return request.put("series", schedule);
  }
}
