package dev.treadle.llm.remote;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/** When the provider wants to be asked again. */
final class RetryAfter {
  /** A longer pause is a mistake of the other side, or a matter for a person. */
  static final Duration MAX = Duration.ofHours(1);

  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

  private RetryAfter() {}

  /** Seconds or an HTTP date (RFC 9110 section 10.2.3); zero when not said, or not readable. */
  static Duration of(HttpHeaders headers, Instant now) {
    String value = headers.firstValue("retry-after").orElse("").strip();
    if (SECONDS.matcher(value).matches()) return capped(Duration.ofSeconds(Long.parseLong(value)));
    try {
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return capped(Duration.between(now, until));
    } catch (DateTimeException unreadable) {
      return Duration.ZERO;
    }
  }

  private static Duration capped(Duration asked) {
    if (asked.isNegative()) return Duration.ZERO;
    return asked.compareTo(MAX) > 0 ? MAX : asked;
  }
}
