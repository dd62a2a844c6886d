package dev.treadle.drift;

import dev.treadle.DeliveryCheck;
import dev.treadle.DriftPolicy;
import dev.treadle.Finding;
import dev.treadle.Fingerprint;
import dev.treadle.engine.SeriesRun;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Judges a delivery by the earlier runs of its series and by what operators expect of it. */
public final class RunJudge implements DeliveryCheck {
  /** What holds for every series, in a sentence for a page. */
  public static final String RULES =
      "A field is missed once it was filled in two earlier runs; a size is odd below half of the"
          + " shortest or above one and a half times the longest. A result is held against the last "
          + Baseline.RUNS
          + " runs that have one.";

  /** Some of the earlier runs may have ended without a result. */
  private static final int RUNS_READ = 3 * Baseline.RUNS;

  private final SeriesTable table;

  public RunJudge(SeriesTable table) {
    this.table = table;
  }

  @Override
  public Judged judge(Delivery delivery) {
    Fingerprint fingerprint = Fingerprints.of(delivery);
    Baseline baseline =
        new Baseline(table.runs(delivery.series(), delivery.startedAt(), RUNS_READ));
    List<Finding> findings = baseline.findings(fingerprint, delivery.policy().sameRuns());
    Optional<Acknowledgement> expected =
        findings.isEmpty() ? Optional.empty() : expected(delivery, findings);
    Optional<Fingerprint> last = baseline.last().map(SeriesRun::fingerprint);
    return new Judged(
        delivery.series(),
        delivery.now(),
        fingerprint,
        last.map(before -> similarity(before, fingerprint)),
        findings,
        findings.isEmpty() || expected.isPresent()
            ? Ruling.DELIVER
            : ruling(delivery.policy().onDrift()),
        expected.map(Acknowledgement::words),
        baseline
            .last()
            .map(before -> RunComparison.of(before, fingerprint, delivery.startedAt()).lines())
            .orElse(List.of()));
  }

  /** The newest acknowledgement, if it holds now and covers all that was found. */
  private Optional<Acknowledgement> expected(Delivery delivery, List<Finding> findings) {
    Instant now = delivery.now();
    return table.acknowledgements(delivery.series()).stream()
        .findFirst()
        .filter(newest -> newest.holdsAt(now) && findings.stream().allMatch(newest::covers));
  }

  private static Ruling ruling(DriftPolicy.OnDrift onDrift) {
    return switch (onDrift) {
      case WARN -> Ruling.WARN;
      case GATE -> Ruling.ASK;
      case FAIL -> Ruling.REFUSE;
    };
  }

  static double similarity(Fingerprint before, Fingerprint now) {
    if (before.digest().equals(now.digest())) return 1;
    double estimate = Sketch.parse(before.sketch()).similarityTo(Sketch.parse(now.sketch()));
    // Only what is the same is wholly similar, whatever a sketch makes of it.
    return Math.min(0.99, Math.round(estimate * 100) / 100.0);
  }
}
