package dev.treadle.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * When to start which agent with what.
 *
 * @param name names the tasks and their series
 * @param zone whose clocks the timetable means
 */
public record Schedule(
    String name, Timetable timetable, ZoneId zone, String agent, JsonNode input, Overlap overlap) {
  public Optional<Instant> next(Instant after) {
    return timetable.next(after, zone);
  }

  /**
   * The slots after a time and up to another, the oldest first.
   *
   * @param most the latest of them
   */
  public List<Instant> slots(Instant after, Instant upTo, int most) {
    Deque<Instant> latest = new ArrayDeque<>();
    for (Optional<Instant> next = next(after);
        next.isPresent() && !next.get().isAfter(upTo);
        next = next(next.get())) {
      latest.addLast(next.get());
      if (latest.size() > most) latest.removeFirst();
    }
    return List.copyOf(latest);
  }

  /** The event that EventBridge Scheduler would send for a slot. */
  public ObjectNode event(Instant time) {
    ObjectNode event = Json.object();
    event.put("schedule", name).put("scheduled_time", time.toString());
    event.put("task_type", agent).put("overlap", overlap.wireName());
    event.set("input_data", input);
    return event;
  }
}
