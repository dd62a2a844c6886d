package dev.treadle.engine;

import dev.treadle.ShortText;
import java.time.Instant;

/** An operator's request to stop a task before its next action. */
public record Cancel(String by, String why, Instant at) {
  private static final int BY_BYTES_MAX = 40;
  private static final int WHY_BYTES_MAX = 60;

  /** Part of the head, which stays small whatever an operator writes. */
  public Cancel {
    by = ShortText.of(by, BY_BYTES_MAX);
    why = ShortText.of(why, WHY_BYTES_MAX);
  }
}
