package dev.treadle.engine;

import dev.treadle.TaskId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Where the index of due tasks keeps a task. */
public final class Shard {
  private Shard() {}

  /** Stored, so it must never change: Java specifies the hash of a string. */
  public static int of(TaskId id) {
    return Math.floorMod(id.value().hashCode(), Defaults.SHARDS);
  }

  /** The wake-up time as the index keeps it: rounded up, so that it rarely moves. */
  public static Instant watchAt(Instant wakeAt) {
    Instant minute = wakeAt.truncatedTo(ChronoUnit.MINUTES);
    return minute.equals(wakeAt) ? minute : minute.plus(1, ChronoUnit.MINUTES);
  }
}
