package dev.treadle.lambda;

import dev.treadle.SeriesKey;
import dev.treadle.drift.DriftEvents;
import dev.treadle.drift.FireMark;
import dev.treadle.drift.ScheduleHealth.Fire;
import dev.treadle.drift.SeriesTable;
import dev.treadle.trigger.Schedule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Says each time of a schedule at which no task started, five minutes after it.
 *
 * <p>Ticks beside the watchdog, which may overlap itself: a fire is said once, by whoever moves the
 * schedule's mark. A death between the two says nothing; {@code treadle health} still shows the
 * fire. A schedule is watched from the first tick that knows it.
 */
public final class FireWatch {
  private final List<Schedule> schedules;
  private final ExpectedFires fires;
  private final SeriesTable table;
  private final Consumer<String> lines;

  /**
   * Watches schedules.
   *
   * @param lines takes one event at a time
   */
  public FireWatch(
      List<Schedule> schedules, ExpectedFires fires, SeriesTable table, Consumer<String> lines) {
    this.schedules = List.copyOf(schedules);
    this.fires = fires;
    this.table = table;
    this.lines = lines;
  }

  public void tick(Instant now) {
    for (Schedule schedule : schedules) look(schedule, now);
  }

  private void look(Schedule schedule, Instant now) {
    SeriesKey series = ExpectedFires.series(schedule);
    Optional<FireMark> mark = table.fireMark(series);
    if (mark.isEmpty()) {
      // When another watchdog was first, its mark is as good.
      var _ = table.move(mark, FireMark.first(series, now));
      return;
    }
    List<Fire> due = fires.between(schedule, mark.get().upTo(), now.minus(FireMark.GRACE));
    if (due.isEmpty()) return;
    List<Fire> missed = due.stream().filter(fire -> !fires.isAnswered(schedule, fire)).toList();
    if (!table.move(mark, mark.get().movedTo(due.getLast().at(), now))) return;
    missed.forEach(fire -> lines.accept(DriftEvents.missed(series, fire.at(), now)));
  }
}
