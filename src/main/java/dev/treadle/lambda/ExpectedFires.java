package dev.treadle.lambda;

import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.drift.FireMark;
import dev.treadle.drift.ScheduleHealth.Fire;
import dev.treadle.drift.SeriesTable;
import dev.treadle.engine.SeriesRun;
import dev.treadle.engine.TaskStore;
import dev.treadle.trigger.Overlap;
import dev.treadle.trigger.Schedule;
import dev.treadle.trigger.ScheduleTrigger;
import dev.treadle.trigger.Slot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The times at which schedules should have started a task, and whether they did. */
public final class ExpectedFires {
  /** A schedule that was silent for longer is known to be by then. */
  private static final int FIRES_MAX = 100;

  private static final int EARLIER_MAX = 5;
  private final TaskStore store;
  private final SeriesTable table;
  private final ScheduleTrigger trigger;

  public ExpectedFires(TaskStore store, SeriesTable table, ScheduleTrigger trigger) {
    this.store = store;
    this.table = table;
    this.trigger = trigger;
  }

  /** The last fires of a schedule after a time and up to another, the oldest first. */
  List<Fire> between(Schedule schedule, Instant after, Instant upTo) {
    return schedule.slots(after, upTo, FIRES_MAX).stream()
        .map(slot -> new Fire(slot, new TaskId(Slot.taskId(schedule.name(), slot))))
        .toList();
  }

  /**
   * The fires of a schedule since the oldest run that is looked at, or since the schedule itself
   * was first looked at, whichever was later.
   *
   * @param runs of its series, the newest first
   */
  public List<Fire> beside(List<SeriesRun> runs, Schedule schedule, Instant now) {
    Optional<Instant> oldest =
        runs.isEmpty() ? Optional.empty() : Optional.of(runs.getLast().startedAt());
    Optional<Instant> since = table.fireMark(series(schedule)).map(FireMark::since);
    return oldest
        .filter(run -> since.isEmpty() || run.isAfter(since.get()))
        .or(() -> since)
        .map(from -> between(schedule, from, now))
        .orElse(List.of());
  }

  /** A fire has its task, or its schedule's overlap let it pass while an earlier task ran. */
  public boolean isAnswered(Schedule schedule, Fire fire) {
    return store.find(fire.task()).isPresent()
        || (schedule.overlap() != Overlap.ALLOW && isBehindAnother(schedule, fire));
  }

  private boolean isBehindAnother(Schedule schedule, Fire fire) {
    return table.runs(series(schedule), fire.at(), EARLIER_MAX).stream()
            .anyMatch(earlier -> earlier.endedAt().isAfter(fire.at()))
        || trigger.inTheWay(schedule.name(), fire.task()).isPresent();
  }

  static SeriesKey series(Schedule schedule) {
    return new SeriesKey(schedule.name());
  }
}
