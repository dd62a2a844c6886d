package dev.treadle;

import java.util.Set;

/**
 * What happens when a run of a series brings nothing new, or less than the runs before.
 *
 * @param deliveredBy the tools whose calls deliver the result, judged before they run; empty when
 *     the output of {@code complete_task} is what is delivered
 * @param sameRuns so many earlier runs in a row with the same result make it stale
 * @param noise what is different in every run and says nothing
 */
public record DriftPolicy(Set<String> deliveredBy, OnDrift onDrift, int sameRuns, Noise noise) {
  /** Two earlier runs with the same result: a third is hardly chance. */
  private static final int SAME_RUNS = 2;

  /** Judges the output, and warns. */
  public static final DriftPolicy OF_OUTPUT =
      new DriftPolicy(Set.of(), OnDrift.WARN, SAME_RUNS, Noise.USUAL);

  /** What a finding leads to. */
  public enum OnDrift {
    /** It is delivered; the model, the journal and the metrics hear of it. */
    WARN,
    /** A human decides, with the comparison before them. */
    GATE,
    /** Nothing is delivered, and the task ends with {@link Reason#STALE_OUTPUT}. */
    FAIL
  }

  public DriftPolicy {
    deliveredBy = Set.copyOf(deliveredBy);
    if (sameRuns < 1 || sameRuns > 20) {
      throw new IllegalArgumentException("drift: sameRuns must be 1 to 20, was " + sameRuns);
    }
    if (deliveredBy.isEmpty() && onDrift == OnDrift.GATE) {
      throw new IllegalArgumentException(
          "drift: a gate needs a delivering tool to hold back; an output can only warn or fail");
    }
  }

  /** Judges the calls of these tools, and asks a human. */
  public static DriftPolicy deliveredBy(String... tools) {
    return new DriftPolicy(Set.of(tools), OnDrift.GATE, SAME_RUNS, Noise.USUAL);
  }

  public DriftPolicy onDrift(OnDrift then) {
    return new DriftPolicy(deliveredBy, then, sameRuns, noise);
  }

  public DriftPolicy sameRuns(int runs) {
    return new DriftPolicy(deliveredBy, onDrift, runs, noise);
  }

  public DriftPolicy noise(Noise other) {
    return new DriftPolicy(deliveredBy, onDrift, sameRuns, other);
  }
}
