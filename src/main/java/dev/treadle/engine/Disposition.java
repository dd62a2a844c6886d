package dev.treadle.engine;

import java.time.Instant;

/** What becomes of a delivered message. */
public sealed interface Disposition {
  /** The table says that it is not needed any more. */
  record Acknowledge() implements Disposition {}

  /** Keep it, visible again at that time: it may be the only copy. */
  record KeepUntil(Instant when) implements Disposition {}
}
