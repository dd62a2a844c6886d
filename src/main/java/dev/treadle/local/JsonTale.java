package dev.treadle.local;

import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Stored;
import dev.treadle.engine.Task;
import java.io.PrintWriter;

/**
 * Tells scripts, one JSON document a line: entries and notes as the journal keeps them, and the
 * task as {@code tasks --json} shows it when it waits and when it ended.
 */
record JsonTale(LocalRuntime runtime, PrintWriter out) implements Tale {
  @Override
  public Follower follower(TaskId child) {
    return Follower.inJson(runtime, child, out);
  }

  @Override
  public String line(JournalItem item, int maxIterations) {
    return switch (item) {
      case JournalItem.Entry _, JournalItem.Note _ -> Stored.text(item);
      case JournalItem.Answer _, JournalItem.Snapshot _ -> "";
    };
  }

  /** The child's own documents name their task. */
  @Override
  public void started(TaskId parent, TaskId child) {}

  @Override
  public void waits(Task task) {
    tell(task);
  }

  @Override
  public void ended(Task task) {
    tell(task);
  }

  private void tell(Task task) {
    TaskLine line = TaskLine.of(runtime.store(), task, runtime.clock().instant());
    out.println(Json.write(line.document()));
    out.flush();
  }
}
