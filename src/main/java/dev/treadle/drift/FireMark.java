package dev.treadle.drift;

import dev.treadle.SeriesKey;
import java.time.Duration;
import java.time.Instant;

/**
 * Up to when the times of a schedule were looked at for fires that were missed, so that each is
 * said once however many watchdogs look.
 *
 * @param since the first look: what was due before it is nobody's concern
 * @param upTo times up to this one were looked at
 * @param movedAt tells the marks of two watchdogs apart
 */
public record FireMark(int schema, SeriesKey series, Instant since, Instant upTo, Instant movedAt) {
  public static final int SCHEMA = 1;

  /** Its sort key: a series has one. */
  public static final String KEY = "FIRES";

  /** A fire may be late by EventBridge's minute and its retries before it counts as missed. */
  public static final Duration GRACE = Duration.ofMinutes(5);

  public FireMark {
    if (schema > SCHEMA) {
      throw new IllegalStateException(
          "series %s: the mark of its fires has schema %d, and this version understands up to %d"
              .formatted(series, schema, SCHEMA));
    }
    if (upTo.isBefore(since)) {
      throw new IllegalArgumentException(
          "series %s: up_to %s must not be before since %s".formatted(series, upTo, since));
    }
  }

  /** The mark of the first look. */
  public static FireMark first(SeriesKey series, Instant now) {
    Instant due = now.minus(GRACE);
    return new FireMark(SCHEMA, series, due, due, now);
  }

  /** The mark behind a later fire. */
  public FireMark movedTo(Instant fire, Instant now) {
    return new FireMark(SCHEMA, series, since, fire, now);
  }
}
