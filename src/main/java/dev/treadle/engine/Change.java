package dev.treadle.engine;

import dev.treadle.DeliveryCheck;
import java.util.List;
import java.util.Optional;

/**
 * One transaction on a task: the head moves {@code from → to} if it still has the version, lease
 * and cancel request of {@code from}, and everything else is written with it or not at all.
 *
 * @param items journal items, none of which may exist yet
 * @param rows ledger rows to replace
 * @param approvals approval requests to create or close
 * @param children tasks that the end of this one starts, none of which may exist yet
 * @param judged what was found in a delivery that this change records
 * @param run the row of the task's series, when the task ends and belongs to one
 */
public record Change(
    Task from,
    Task to,
    List<JournalItem> items,
    List<LedgerRow> rows,
    List<Approval> approvals,
    List<NewTask> children,
    Optional<DeliveryCheck.Judged> judged,
    Optional<SeriesRun> run) {
  public Change {
    items = List.copyOf(items);
    rows = List.copyOf(rows);
    approvals = List.copyOf(approvals);
    children = List.copyOf(children);
  }

  static Change of(Task from, Task to, JournalItem... items) {
    return new Change(from, to, List.of(items), List.of(), List.of(), List.of());
  }

  /** A change that delivers nothing. */
  public Change(
      Task from,
      Task to,
      List<JournalItem> items,
      List<LedgerRow> rows,
      List<Approval> approvals,
      List<NewTask> children) {
    this(from, to, items, rows, approvals, children, Optional.empty(), Optional.empty());
  }

  Change with(Optional<DeliveryCheck.Judged> delivery) {
    return new Change(from, to, items, rows, approvals, children, delivery, run);
  }

  Change with(SeriesRun ended) {
    return new Change(from, to, items, rows, approvals, children, judged, Optional.of(ended));
  }
}
