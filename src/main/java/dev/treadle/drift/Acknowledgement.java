package dev.treadle.drift;

import dev.treadle.Finding;
import dev.treadle.SeriesKey;
import dev.treadle.engine.SeriesRun;
import java.time.Instant;
import java.util.List;

/**
 * An operator's word that a series is expected to look as it does, until a time. It covers a result
 * and evidence that stay the same, and what was found in the last run; anything new is still
 * judged.
 *
 * <p>The newest one of a series holds; one that ends at once takes an earlier one back.
 *
 * @param covers what was found in the last run before it
 */
public record Acknowledgement(
    int schema,
    SeriesKey series,
    Instant at,
    Instant until,
    String by,
    String why,
    List<Finding> covers) {
  public static final int SCHEMA = 1;

  /** Stands before every sort key of an acknowledgement. */
  public static final String PREFIX = "ACK#";

  private static final int WORDS_MAX = 500;

  public Acknowledgement {
    if (schema > SCHEMA) {
      throw new IllegalStateException(
          "series %s: an acknowledgement has schema %d, and this version understands up to %d"
              .formatted(series, schema, SCHEMA));
    }
    covers = List.copyOf(covers);
    demandWords("by", by);
    demandWords("reason", why);
  }

  /**
   * A person's word about a series, from now on.
   *
   * @param runs the newest first: what was found in the last one is covered
   */
  public static Acknowledgement now(
      SeriesKey series, List<SeriesRun> runs, Instant now, Instant until, String by, String why) {
    List<Finding> covers = runs.isEmpty() ? List.of() : runs.getFirst().findings();
    return new Acknowledgement(SCHEMA, series, now, until, by, why.strip(), covers);
  }

  private static void demandWords(String field, String text) {
    if (text.isBlank() || text.length() > WORDS_MAX) {
      throw new IllegalArgumentException(
          "%s must be 1 to %d characters, has %d".formatted(field, WORDS_MAX, text.length()));
    }
  }

  /** Two at one time cannot be told apart, and neither may overwrite the other. */
  public static IllegalStateException taken(Acknowledgement acknowledgement) {
    return new IllegalStateException(
        "series %s has another acknowledgement of %s; say it again"
            .formatted(acknowledgement.series, acknowledgement.at));
  }

  /** Orders the acknowledgements of a series. */
  public String sortKey() {
    return PREFIX + SeriesRun.sortable(at);
  }

  boolean holdsAt(Instant now) {
    return now.isBefore(until);
  }

  boolean covers(Finding finding) {
    return switch (finding.kind()) {
      case SAME_OUTPUT, SAME_EVIDENCE -> true;
      case NO_EVIDENCE, EMPTIED_FIELD, ODD_SIZE -> covers.stream().anyMatch(finding::isSameAs);
    };
  }

  /** Who expects what, for the journal and the pages. */
  public String words() {
    return "expected until %s by %s: %s".formatted(until, by, why);
  }
}
