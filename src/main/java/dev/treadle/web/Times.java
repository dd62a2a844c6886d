package dev.treadle.web;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/** Times as a page says them; a script turns them into the reader's own zone where one runs. */
final class Times {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("EEE d MMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private static final Pattern INSTANT =
      Pattern.compile(
          "20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?Z");

  private Times() {}

  static String of(Instant at) {
    return MINUTE.format(at);
  }

  static String clock(Instant at) {
    return CLOCK.format(at);
  }

  /** A sentence with its times as people read them. */
  static String readable(String sentence) {
    return INSTANT.matcher(sentence).replaceAll(found -> of(Instant.parse(found.group())));
  }

  /** How long until then, or empty when it is over. */
  static String left(Instant now, Instant until) {
    return now.isBefore(until) ? span(Duration.between(now, until)) : "";
  }

  static String span(Duration time) {
    long minutes = time.toMinutes();
    if (minutes >= 2 * 24 * 60) return time.toDays() + " days";
    if (minutes >= 60) return "%d h %d min".formatted(minutes / 60, minutes % 60);
    return minutes == 0 ? "less than a minute" : minutes + " min";
  }
}
