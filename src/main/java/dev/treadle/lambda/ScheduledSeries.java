package dev.treadle.lambda;

import dev.treadle.Agent;
import dev.treadle.SeriesKey;
import dev.treadle.drift.ScheduleHealth;
import dev.treadle.drift.SeriesTable;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.SeriesRun;
import dev.treadle.trigger.Schedule;
import dev.treadle.web.SeriesDesk;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The series of a deployment beside the schedules that start their tasks.
 *
 * @param schedules those that are known now
 */
public record ScheduledSeries(
    Supplier<List<Schedule>> schedules,
    ExpectedFires expected,
    SeriesTable table,
    AgentCatalog agents,
    InstantSource clock) {
  private static final int RUNS_SHOWN = 30;

  /** What the pages are made from. */
  public SeriesDesk desk() {
    return new SeriesDesk(
        () -> schedules.get().stream().map(ExpectedFires::series).toList(),
        this::view,
        table,
        clock);
  }

  /** One series now; empty when nothing of it has run and nothing should have. */
  public Optional<SeriesDesk.View> view(SeriesKey key) {
    Instant now = clock.instant();
    Optional<Schedule> schedule =
        schedules.get().stream().filter(each -> each.name().equals(key.value())).findFirst();
    List<SeriesRun> runs = table.runs(key, now.plusSeconds(1), RUNS_SHOWN);
    List<ScheduleHealth.Fire> fires =
        schedule.map(each -> expected.beside(runs, each, now)).orElse(List.of());
    if (runs.isEmpty() && schedule.isEmpty()) return Optional.empty();
    ScheduleHealth health =
        ScheduleHealth.of(
            key,
            runs,
            fires,
            fire -> expected.isAnswered(schedule.orElseThrow(), fire),
            table.acknowledgements(key).stream().findFirst(),
            now);
    Optional<String> agent =
        schedule.map(Schedule::agent).or(() -> runs.stream().findFirst().map(SeriesRun::taskType));
    return Optional.of(
        new SeriesDesk.View(
            health,
            agent,
            schedule.flatMap(each -> each.next(now)),
            agent.flatMap(agents::find).map(Agent::drift)));
  }
}
