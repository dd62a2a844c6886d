package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Asked before a result goes out: is it new, or the same stale thing again? */
public interface DeliveryCheck {
  /**
   * Compares a delivery with the earlier runs of its series. Writes nothing, and answers the same
   * for the same earlier runs, so a worker that takes over may ask again.
   */
  Judged judge(Delivery delivery);

  /**
   * What is about to be delivered.
   *
   * @param startedAt when the task started; runs that started before it are the earlier ones
   * @param payload the arguments of the delivering call, or the output
   * @param reads the read-only calls of the task
   */
  record Delivery(
      SeriesKey series,
      TaskId taskId,
      Instant startedAt,
      Instant now,
      DriftPolicy policy,
      JsonNode payload,
      List<PastCall> reads) {
    public Delivery {
      reads = List.copyOf(reads);
    }
  }

  /**
   * What became of a delivery.
   *
   * @param at when it was judged
   * @param similarity to the last run, from 0 to 1; empty for the first
   * @param findings also those that somebody expects
   * @param expected who said that these findings are expected, until when and why
   * @param comparison with the last run; empty for the first
   */
  record Judged(
      SeriesKey series,
      Instant at,
      Fingerprint fingerprint,
      Optional<Double> similarity,
      List<Finding> findings,
      Ruling ruling,
      Optional<String> expected,
      List<Difference> comparison) {
    public Judged {
      findings = List.copyOf(findings);
      comparison = List.copyOf(comparison);
    }

    /** The findings in one line. */
    public String words() {
      return String.join("; ", findings.stream().map(Finding::words).toList())
          + expected.map(by -> " (" + by + ")").orElse("");
    }
  }

  /** What is to be done with a delivery. */
  enum Ruling {
    DELIVER,
    WARN,
    ASK,
    REFUSE
  }

  /** One line of a comparison with the last run, for a person. */
  record Difference(String what, String before, String now) {}
}
