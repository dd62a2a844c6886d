package dev.treadle.local;

import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What is new in the journals of all tasks of late, whoever wrote it. */
final class TaskTails {
  private static final int TASKS_OF_STATUS_MAX = 50;

  private final TaskStore store;
  private final Map<TaskId, Seen> seen = new HashMap<>();

  private record Seen(JournalTail tail, long version) {}

  TaskTails(TaskStore store) {
    this.store = store;
  }

  /** Tells what was written since the last call; the first call tells what is recent. */
  void next(Tale tale, Consumer<String> lines) {
    Set<TaskId> listed = new HashSet<>();
    for (Status status : Status.values()) {
      for (Task task : store.list(status, TASKS_OF_STATUS_MAX)) {
        listed.add(task.id());
        tell(task, tale, lines);
      }
    }
    seen.keySet().retainAll(listed);
  }

  private void tell(Task task, Tale tale, Consumer<String> lines) {
    Seen before = seen.get(task.id());
    // Every item of a journal comes with a new version of its head.
    if (before != null && before.version() == task.version()) return;
    JournalTail tail = before == null ? JournalTail.recent(store, task) : before.tail();
    for (JournalItem item : tail.next()) {
      String line = tale.line(item, task.funds().maxIterations());
      if (!line.isEmpty()) lines.accept(line);
    }
    seen.put(task.id(), new Seen(tail, task.version()));
  }
}
