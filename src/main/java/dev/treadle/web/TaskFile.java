package dev.treadle.web;

import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Situation;
import dev.treadle.engine.Spent;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskInput;
import dev.treadle.engine.TaskStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** All that is stored about one task beside its journal, read at one moment. */
record TaskFile(
    Task task,
    Situation situation,
    Optional<TaskInput> input,
    Spent spent,
    List<LedgerRow> ledger,
    List<Approval> approvals,
    List<TaskId> children,
    Instant now) {

  static TaskFile read(TaskStore store, Task task, Instant now) {
    TaskId id = task.id();
    Optional<TaskInput> input = store.input(id);
    return new TaskFile(
        task,
        Situation.read(store, task, now),
        input,
        Spent.of(store, task, input),
        store.ledger(id),
        store.approvals(id),
        store.children(id),
        now);
  }

  /** From the start to the end, or until now. */
  Duration elapsed() {
    return Duration.between(task.origin().triggeredAt(), end());
  }

  /** Its end, or now. */
  Instant end() {
    return task.status().isTerminal() ? task.since() : now;
  }

  /** How long people were waited for. */
  Duration waited() {
    Duration waited = Duration.ZERO;
    Instant counted = Instant.MIN;
    List<Approval> inOrder =
        approvals.stream().sorted(Comparator.comparing(each -> each.timing().createdAt())).toList();
    for (Approval approval : inOrder) {
      Instant asked = approval.timing().createdAt();
      Instant from = asked.isBefore(counted) ? counted : asked;
      Approval.Closing closing = approval.closing();
      Instant to = closing == null ? end() : closing.at();
      if (!to.isAfter(from)) continue;
      waited = waited.plus(Duration.between(from, to));
      counted = to;
    }
    return waited;
  }

  /** The question that somebody can answer now. */
  Optional<Approval> open() {
    return approvals.stream().filter(Approval::isOpen).findFirst();
  }

  boolean isOver() {
    return task.status() == Status.DONE || task.status() == Status.FAILED;
  }
}
