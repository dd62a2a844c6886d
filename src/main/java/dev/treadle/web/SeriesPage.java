package dev.treadle.web;

import dev.treadle.SeriesKey;
import dev.treadle.drift.ScheduleHealth;
import java.util.List;
import java.util.Optional;

/**
 * The series of all schedules, each with how it is doing: the model of the list.
 *
 * @param asked the name of a series that was asked for and is not there; empty when none was
 */
public record SeriesPage(List<Row> rows, String asked) {
  public SeriesPage {
    rows = List.copyOf(rows);
  }

  /**
   * One series.
   *
   * @param words how it is doing, in a sentence
   */
  public record Row(
      String name, String href, Sheet.Weight verdict, String words, Optional<Sheet.Moment> last) {
    static Row of(SeriesKey key, Optional<ScheduleHealth> looked) {
      String href = HealthPage.href(key);
      if (looked.isEmpty()) {
        return new Row(
            key.value(), href, HealthPage.WAITING, "Nothing was expected yet", Optional.empty());
      }
      ScheduleHealth health = looked.get();
      String missed =
          health.missed().isEmpty() ? "" : ", %d missed".formatted(health.missed().size());
      return new Row(
          key.value(),
          href,
          HealthPage.verdict(health),
          health.streak() + missed,
          health.runs().stream().findFirst().map(run -> Sheet.Moment.of(run.startedAt())));
    }
  }
}
