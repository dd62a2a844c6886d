package dev.treadle.engine;

import java.util.List;

/**
 * One transaction on a task: the head moves {@code from → to} if it still has the version, lease
 * and cancel request of {@code from}, and everything else is written with it or not at all.
 *
 * @param items journal items, none of which may exist yet
 * @param rows ledger rows to replace
 * @param approvals approval requests to create or close
 * @param children tasks that the end of this one starts, none of which may exist yet
 */
public record Change(
    Task from,
    Task to,
    List<JournalItem> items,
    List<LedgerRow> rows,
    List<Approval> approvals,
    List<NewTask> children) {
  public Change {
    items = List.copyOf(items);
    rows = List.copyOf(rows);
    approvals = List.copyOf(approvals);
    children = List.copyOf(children);
  }

  static Change of(Task from, Task to, JournalItem... items) {
    return new Change(from, to, List.of(items), List.of(), List.of(), List.of());
  }
}
