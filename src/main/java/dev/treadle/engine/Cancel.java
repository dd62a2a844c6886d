package dev.treadle.engine;

import java.time.Instant;

/** An operator's request to stop a task before its next action. */
public record Cancel(String by, String why, Instant at) {
  private static final int BY_CHARS_MAX = 100;
  private static final int WHY_CHARS_MAX = 150;

  /** Part of the head, which stays small whatever an operator writes. */
  public Cancel {
    by = by.substring(0, Math.min(BY_CHARS_MAX, by.length()));
    why = why.substring(0, Math.min(WHY_CHARS_MAX, why.length()));
  }
}
