package dev.treadle.web;

import dev.treadle.DriftPolicy;
import dev.treadle.SeriesKey;
import dev.treadle.drift.ScheduleHealth;
import dev.treadle.drift.SeriesTable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where the pages of series get what they show.
 *
 * @param scheduled the series that schedules make, by name
 * @param looking looks at one series now; empty when there is none
 * @param table holds the runs, and takes what people say about them
 */
public record SeriesDesk(
    Supplier<List<SeriesKey>> scheduled,
    Function<SeriesKey, Optional<View>> looking,
    SeriesTable table,
    InstantSource clock) {
  /**
   * One series.
   *
   * @param next when its schedule starts the next task; empty without one
   * @param policy by which its agent's runs are judged; empty when no such agent is deployed
   */
  public record View(
      ScheduleHealth health,
      Optional<String> agent,
      Optional<Instant> next,
      Optional<DriftPolicy> policy) {}
}
