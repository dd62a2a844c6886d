package dev.treadle.engine;

import java.util.List;

/**
 * Everything that a start writes in one transaction.
 *
 * @param items empty but for a fork, which begins with a note and a snapshot
 */
public record NewTask(Task task, TaskInput input, List<JournalItem> items) {
  public NewTask {
    items = List.copyOf(items);
  }
}
