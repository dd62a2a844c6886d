package dev.treadle.local;

import dev.treadle.Violation;
import dev.treadle.engine.StartAnswer;
import dev.treadle.trigger.Schedule;
import dev.treadle.trigger.ScheduleTrigger;
import dev.treadle.trigger.Slot;
import dev.treadle.trigger.Timetable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Plays EventBridge Scheduler: fires each slot that has come since it looked last, and a slot that
 * was told to wait again at each tick.
 *
 * <p>Of several slots that passed while the machine slept, only the last is fired. A rate's current
 * slot is fired at the start, a cron's if it came in the last five minutes: a restart loses none,
 * and firing twice is firing once. What waits is forgotten with the process.
 */
final class LocalScheduler {
  private static final Logger LOG = Logger.getLogger(LocalScheduler.class);
  private static final Duration LOOK_BACK = Duration.ofMinutes(5);
  private final ScheduleTrigger trigger;
  private final List<Schedule> schedules;
  private final Map<String, Instant> lookedAt = new HashMap<>();
  private final List<Slot> waiting = new ArrayList<>();

  /** A slot and what became of it. */
  record Fired(Slot slot, ScheduleTrigger.Answer answer) {
    /** A slot without a task must not pass in silence. */
    void tell() {
      String words = "slot %s of schedule %s".formatted(slot.time(), slot.schedule());
      switch (answer) {
        case ScheduleTrigger.Asked(StartAnswer.Refused(List<Violation> violations)) ->
            LOG.errorf("%s: nothing was started: %s", words, violations);
        case ScheduleTrigger.Asked _ -> {}
        case ScheduleTrigger.Skipped(String because) ->
            LOG.warnf("%s: skipped: %s", words, because);
        case ScheduleTrigger.Busy(String because) -> LOG.debugf("%s: waits: %s", words, because);
      }
    }
  }

  LocalScheduler(ScheduleTrigger trigger, List<Schedule> schedules, Instant now) {
    this.trigger = trigger;
    this.schedules = List.copyOf(schedules);
    for (Schedule schedule : schedules) {
      Duration back =
          schedule.timetable() instanceof Timetable.Rate(Duration step) ? step : LOOK_BACK;
      lookedAt.put(schedule.name(), now.minus(back));
    }
  }

  List<Fired> tick(Instant now) {
    List<Fired> fired = new ArrayList<>();
    for (Slot slot : List.copyOf(waiting)) {
      waiting.remove(slot);
      fired.add(fire(slot));
    }
    for (Schedule schedule : schedules) {
      latest(schedule, now).ifPresent(time -> fired.add(fire(slot(schedule, time))));
      // Only now: a slot whose start failed is fired again at the next tick.
      lookedAt.put(schedule.name(), now);
    }
    return fired;
  }

  private Optional<Instant> latest(Schedule schedule, Instant now) {
    Instant from = lookedAt.getOrDefault(schedule.name(), now);
    return schedule.slots(from, now, 1).stream().findFirst();
  }

  private Fired fire(Slot slot) {
    ScheduleTrigger.Answer answer = trigger.fire(slot);
    if (answer instanceof ScheduleTrigger.Busy) waiting.add(slot);
    return new Fired(slot, answer);
  }

  private static Slot slot(Schedule schedule, Instant time) {
    return switch (Slot.read(schedule.event(time))) {
      case Slot.Fire(Slot slot) -> slot;
      case Slot.Bad bad ->
          throw new IllegalStateException(
              "schedule %s makes a bad event: %s".formatted(schedule, bad));
    };
  }
}
