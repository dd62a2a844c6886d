package dev.treadle.web;

import java.time.Duration;
import java.util.Locale;

/** Amounts as people read them. */
final class Amounts {
  private Amounts() {}

  /** Dollars, with as many digits as a small amount needs. */
  static String dollars(long micros) {
    return String.format(Locale.ROOT, micros < 1_000_000 ? "$%.4f" : "$%.2f", micros / 1e6);
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A large number, roughly. */
  static String thousands(long number) {
    return number < 1_000 ? Long.toString(number) : Math.round(number / 1e3) + "k";
  }

  /** A time that a machine took. */
  static String took(long millis) {
    if (millis < 1_000) return millis + " ms";
    if (millis < 60_000) return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
    return Times.span(Duration.ofMillis(millis));
  }
}
