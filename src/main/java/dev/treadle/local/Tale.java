package dev.treadle.local;

import dev.treadle.TaskId;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Task;
import java.io.IOException;

/** How somebody who follows a task is told of it. */
interface Tale {
  /** Follows what a chain started, in the same way. */
  Follower follower(TaskId child);

  /** One item; empty when it is not told. */
  String line(JournalItem item, int maxIterations);

  /** A chain started another task, which is told of next. */
  void started(TaskId parent, TaskId child);

  void waits(Task task);

  void ended(Task task) throws IOException;
}
