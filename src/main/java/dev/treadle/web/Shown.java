package dev.treadle.web;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * What of a request can change while somebody looks, as their page had it. It comes back with their
 * answer, is believed only as far as it is told to them again, and decides nothing.
 *
 * @param deadline empty when the page did not say
 */
record Shown(Optional<Instant> deadline, Optional<Integer> votes) {
  static final Shown NOTHING = new Shown(Optional.empty(), Optional.empty());

  static Shown of(Fields fields) {
    return new Shown(instant(fields.text("shown_deadline")), number(fields.text("shown_votes")));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException none) {
      return Optional.empty();
    }
  }

  private static Optional<Integer> number(String text) {
    try {
      return Optional.of(Integer.parseInt(text));
    } catch (NumberFormatException none) {
      return Optional.empty();
    }
  }
}
