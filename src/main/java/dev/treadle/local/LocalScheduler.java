package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.Starter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Starts a task per schedule and slot: the task's id is the agent and the slot, so firing twice is
 * firing once.
 */
final class LocalScheduler {
  private static final DateTimeFormatter SLOT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);
  private final Starter starter;
  private final List<Schedule> schedules;

  /**
   * A rate.
   *
   * @param rate slots begin at multiples of it since 1970, in UTC
   */
  record Schedule(String agent, Duration rate, JsonNode input) {
    Schedule {
      if (rate.compareTo(Duration.ofMinutes(1)) < 0) {
        throw new IllegalArgumentException("schedule of " + agent + ": rate must be at least 1m");
      }
    }
  }

  LocalScheduler(Starter starter, List<Schedule> schedules) {
    this.starter = starter;
    this.schedules = List.copyOf(schedules);
  }

  /** Starts the current slot of every schedule, unless it was started before. */
  List<StartAnswer> tick(Instant now) {
    return schedules.stream().map(schedule -> starter.start(request(schedule, now))).toList();
  }

  private static ObjectNode request(Schedule schedule, Instant now) {
    long rateMillis = schedule.rate().toMillis();
    Instant slot = Instant.ofEpochMilli(now.toEpochMilli() / rateMillis * rateMillis);
    ObjectNode request =
        Json.object()
            .put("task_id", schedule.agent() + "-" + SLOT.format(slot))
            .put("task_type", schedule.agent())
            .put("triggered_by", "schedule:" + schedule.agent())
            .put("series", schedule.agent());
    request.set("input_data", schedule.input());
    return request;
  }
}
