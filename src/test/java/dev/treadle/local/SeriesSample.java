package dev.treadle.local;

import dev.treadle.DriftPolicy;
import dev.treadle.SeriesKey;
import dev.treadle.agents.pricing.PricingAgent;
import dev.treadle.drift.ScheduleHealth;
import dev.treadle.web.SeriesDesk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The three weeks of the pricing agent, for pages to show. */
public final class SeriesSample implements AutoCloseable {
  private final ThreeWeeks weeks;

  /**
   * Plays the first days.
   *
   * @param folder empty
   */
  public SeriesSample(Path folder, int days) {
    try {
      weeks = ThreeWeeks.in(folder);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    for (int day = 1; day <= days; day++) weeks.play(day);
  }

  public SeriesKey key() {
    return ThreeWeeks.SERIES;
  }

  /** Their desk, on which these fires were missed. */
  public SeriesDesk desk(Instant... missed) {
    return new SeriesDesk(
        () -> List.of(ThreeWeeks.SERIES, new SeriesKey("weekly:summary")),
        key ->
            key.equals(ThreeWeeks.SERIES) ? Optional.of(view(List.of(missed))) : Optional.empty(),
        weeks.table(),
        weeks);
  }

  /** Their desk on a schedule whose first time is still to come. */
  public SeriesDesk deskBeforeTheFirstFire() {
    return new SeriesDesk(
        () -> List.of(ThreeWeeks.SERIES),
        _ -> Optional.of(view(0, List.of())),
        weeks.table(),
        weeks);
  }

  private SeriesDesk.View view(List<Instant> missed) {
    return view(weeks.health().runs().size() + missed.size(), missed);
  }

  private SeriesDesk.View view(int expectedFires, List<Instant> missed) {
    ScheduleHealth played = weeks.health();
    ScheduleHealth health =
        new ScheduleHealth(
            played.series(),
            played.at(),
            played.runs(),
            expectedFires,
            missed,
            played.overdue(),
            played.sameOutputs(),
            played.inputsChanged(),
            played.freshness(),
            played.cost(),
            weeks.table().acknowledgements(played.series()).stream()
                .findFirst()
                .filter(word -> word.until().isAfter(weeks.instant())));
    return new SeriesDesk.View(
        health,
        Optional.of(PricingAgent.NAME),
        Optional.of(weeks.instant().plus(Duration.ofDays(1))),
        Optional.of(DriftPolicy.deliveredBy("send_mail").onDrift(DriftPolicy.OnDrift.GATE)));
  }

  @Override
  public void close() {
    weeks.close();
  }
}
