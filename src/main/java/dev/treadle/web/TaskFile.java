package dev.treadle.web;

import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Situation;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskInput;
import dev.treadle.engine.TaskStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All that is stored about one task, read at one moment. */
record TaskFile(
    Task task,
    Situation situation,
    Optional<TaskInput> input,
    List<JournalItem> journal,
    List<LedgerRow> ledger,
    List<Approval> approvals,
    List<TaskId> children,
    Instant now) {

  static Optional<TaskFile> read(TaskStore store, TaskId id, Instant now) {
    return store
        .find(id)
        .map(task ->
            new TaskFile(
                task,
                Situation.read(store, task, now),
                store.input(id),
                store.journal(id, JournalItem.firstKeyFromSnapshot(0)),
                store.ledger(id),
                store.approvals(id),
                store.children(id),
                now));
  }

  List<JournalItem.Entry> entries() {
    List<JournalItem.Entry> entries = new ArrayList<>();
    for (JournalItem item : journal)
      if (item instanceof JournalItem.Entry entry) entries.add(entry);
    return entries;
  }

  List<JournalItem.Entry> checkpoints() {
    return entries().stream().filter(entry -> entry.checkpoint() != null).toList();
  }

  /** What the iterations cost; what lost workers may have spent is in no journal. */
  long costMicros() {
    return entries().stream().mapToLong(entry -> entry.usage().costMicros()).sum();
  }

  long tokens() {
    return entries().stream().mapToLong(entry -> entry.usage().tokens()).sum();
  }

  /** From the start to the end, or until now. */
  Duration elapsed() {
    Instant end = task.status().isTerminal() ? task.since() : now;
    return Duration.between(task.origin().triggeredAt(), end);
  }

  /** How long workers had it. */
  Duration active() {
    Duration active = Duration.ZERO;
    for (JournalItem.Entry entry : entries()) {
      Instant claimed = entry.claimedAt();
      if (claimed != null) active = active.plus(Duration.between(claimed, entry.at()));
    }
    return active;
  }

  /** The question that somebody can answer now. */
  Optional<Approval> open() {
    return approvals.stream().filter(Approval::isOpen).findFirst();
  }

  boolean isOver() {
    return task.status() == Status.DONE || task.status() == Status.FAILED;
  }
}
