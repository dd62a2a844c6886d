package dev.treadle.local;

import dev.treadle.Outcome;
import dev.treadle.TaskId;
import dev.treadle.Usage;
import dev.treadle.engine.Change;
import dev.treadle.engine.Commit;
import dev.treadle.engine.ForwardingTaskStore;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.JournalItem.CallEntry;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Tells listeners in one line what each written change did, as it is written. */
final class Narrator extends ForwardingTaskStore {
  private final List<BiConsumer<TaskId, String>> listeners = new CopyOnWriteArrayList<>();

  Narrator(TaskStore store) {
    super(store);
  }

  void add(BiConsumer<TaskId, String> listener) {
    listeners.add(listener);
  }

  void remove(BiConsumer<TaskId, String> listener) {
    listeners.remove(listener);
  }

  @Override
  public Commit commit(Change change) {
    Commit commit = super.commit(change);
    if (commit instanceof Commit.Written(Task task)) {
      for (JournalItem item : change.items()) tell(task, item);
    }
    return commit;
  }

  private void tell(Task task, JournalItem item) {
    String line = line(item, task.funds().maxIterations());
    if (!line.isEmpty()) tell(task.id(), line);
  }

  /** Tells what is not in the journal. */
  void tell(TaskId id, String line) {
    for (BiConsumer<TaskId, String> listener : listeners) listener.accept(id, line);
  }

  /** One line for an entry or a note; nothing for what only saves work. */
  static String line(JournalItem item, int maxIterations) {
    return switch (item) {
      case JournalItem.Entry entry -> line(entry, maxIterations);
      case JournalItem.Note note ->
          "%s  %d/%d  %s by %s: %s"
              .formatted(
                  note.taskId(),
                  note.iteration(),
                  maxIterations,
                  note.event(),
                  note.by(),
                  note.text());
      case JournalItem.Answer _, JournalItem.Snapshot _ -> "";
    };
  }

  private static String line(JournalItem.Entry entry, int maxIterations) {
    String phase = entry.phase() == null ? "" : "  [" + entry.phase() + "]";
    Usage usage = entry.usage();
    String spent =
        usage.tokens() == 0
            ? ""
            : String.format(
                Locale.ROOT, "  %,d tok  $%.4f", usage.tokens(), usage.costMicros() / 1_000_000.0);
    return "%s  %d/%d%s  %s%s  → %s"
        .formatted(
            entry.taskId(),
            entry.iteration(),
            maxIterations,
            phase,
            deeds(entry),
            spent,
            verdict(entry));
  }

  private static String deeds(JournalItem.Entry entry) {
    Map<String, Integer> times = new LinkedHashMap<>();
    for (CallEntry call : entry.calls()) {
      if (call.tool().equals("report_step")) continue; // It stands beside what was done.
      String mark =
          switch (call.result()) {
            case SUCCEEDED -> "";
            case FAILED -> " (failed)";
            case PENDING -> " (waits)";
          };
      times.merge(call.tool() + mark, 1, Integer::sum);
    }
    if (times.isEmpty()) return entry.errors().isEmpty() ? "thought" : "error: " + entry.errors();
    StringBuilder deeds = new StringBuilder();
    times.forEach((deed, count) -> {
      if (!deeds.isEmpty()) deeds.append(", ");
      deeds.append(deed);
      if (count > 1) deeds.append(" ×").append(count);
    });
    return deeds.toString();
  }

  private static String verdict(JournalItem.Entry entry) {
    Outcome outcome = entry.outcome();
    return outcome == null
        ? "continue"
        : outcome.reason().status().wireName() + " (" + outcome.reason().wireName() + ")";
  }
}
