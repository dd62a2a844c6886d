package dev.treadle.engine;

import dev.treadle.TaskId;

/** The partition of the watchdog's index that a task lies in. */
public final class Shard {
  private Shard() {}

  /** From 0 to {@link Defaults#SHARDS} - 1, for ever the same for an id. */
  public static int of(TaskId id) {
    return Math.floorMod(id.value().hashCode(), Defaults.SHARDS);
  }
}
