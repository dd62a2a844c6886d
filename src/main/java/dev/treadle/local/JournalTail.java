package dev.treadle.local;

import dev.treadle.TaskId;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.util.List;

/** What is new in a task's journal, read from the store, whoever wrote it. */
final class JournalTail {
  private static final int RECENT_ITERATIONS = 10;

  private final TaskStore store;
  private final TaskId id;
  private String last;

  private JournalTail(TaskStore store, TaskId id, String last) {
    this.store = store;
    this.id = id;
    this.last = last;
  }

  /** From a few iterations back: what a person needs to see where a long task stands. */
  static JournalTail recent(TaskStore store, Task task) {
    int first = Math.max(1, task.iteration() - RECENT_ITERATIONS);
    return new JournalTail(store, task.id(), JournalItem.firstKey(first));
  }

  /** What is written from now on. */
  static JournalTail after(TaskStore store, TaskId id) {
    String from =
        store
            .find(id)
            .map(task -> JournalItem.firstKeyFromSnapshot(task.progress().snapshot()))
            .orElse(JournalItem.firstKeyFromSnapshot(0));
    JournalTail tail = new JournalTail(store, id, from);
    var _ = tail.next();
    return tail;
  }

  /** What was written since the last call, in order. */
  List<JournalItem> next() {
    List<JournalItem> fresh =
        store.journal(id, last).stream()
            .filter(item -> item.sortKey().compareTo(last) > 0)
            .toList();
    if (!fresh.isEmpty()) last = fresh.getLast().sortKey();
    return fresh;
  }
}
