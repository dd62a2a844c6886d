package dev.treadle.engine;

import java.util.List;

/**
 * What a worker reads to run an iteration: the task's input, and its journal from the newest
 * snapshot on, in order.
 */
public record Recall(TaskInput input, List<JournalItem> items) {
  public Recall {
    items = List.copyOf(items);
  }
}
