package dev.treadle.engine;

import dev.treadle.Status;
import dev.treadle.TaskId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A store whose every call is a point where a worker may die or lose the reply. */
record FaultyStore(TaskStore table, Io faults) implements TaskStore {
  @Override
  public Begun begin(NewTask task) {
    return faults.io("begin", () -> table.begin(task));
  }

  @Override
  public Claimed claim(StepMessage message, Lease lease, Instant now) {
    return faults.io("claim", () -> table.claim(message, lease, now));
  }

  @Override
  public Commit commit(Change change) {
    return faults.io("commit", () -> table.commit(change));
  }

  @Override
  public Fence intend(Task mine, JournalItem.Answer answer, List<LedgerRow> planned) {
    return faults.io("intend", () -> table.intend(mine, answer, planned));
  }

  @Override
  public Fence start(Task mine, LedgerRow seen, LedgerRow started) {
    return faults.io("start " + started.tool(), () -> table.start(mine, seen, started));
  }

  @Override
  public LedgerRow settle(LedgerRow outcome) {
    return faults.io("settle " + outcome.tool(), () -> table.settle(outcome));
  }

  @Override
  public boolean requestCancel(TaskId id, Cancel cancel) {
    return faults.io("requestCancel", () -> table.requestCancel(id, cancel));
  }

  @Override
  public boolean resent(Task seen, Instant now, Instant wakeAt) {
    return faults.io("resent", () -> table.resent(seen, now, wakeAt));
  }

  @Override
  public Optional<Task> find(TaskId id) {
    return faults.io("find", () -> table.find(id));
  }

  @Override
  public Optional<TaskInput> input(TaskId id) {
    return faults.io("input", () -> table.input(id));
  }

  @Override
  public List<JournalItem> journal(TaskId id, String fromKey) {
    return faults.io("journal", () -> table.journal(id, fromKey));
  }

  @Override
  public List<JournalItem> journalOf(TaskId id, int first, int last) {
    return faults.io("journal", () -> table.journalOf(id, first, last));
  }

  @Override
  public List<LedgerRow> rows(TaskId id, Collection<String> keys) {
    return faults.io("rows", () -> table.rows(id, keys));
  }

  @Override
  public List<LedgerRow> ledger(TaskId id) {
    return faults.io("ledger", () -> table.ledger(id));
  }

  @Override
  public Optional<Approval> approval(TaskId id, String approvalId) {
    return faults.io("approval", () -> table.approval(id, approvalId));
  }

  @Override
  public List<Approval> approvals(TaskId id) {
    return faults.io("approvals", () -> table.approvals(id));
  }

  @Override
  public List<TaskId> children(TaskId id) {
    return faults.io("children", () -> table.children(id));
  }

  @Override
  public List<Decision> decisions(String approvalId) {
    return faults.io("decisions", () -> table.decisions(approvalId));
  }

  @Override
  public void keep(Notification notification) {
    faults.io(
        "keep notification",
        () -> {
          table.keep(notification);
          return true;
        });
  }

  @Override
  public List<Notification> notifications(TaskId id) {
    return faults.io("notifications", () -> table.notifications(id));
  }

  @Override
  public List<TaskId> due(int shard, Instant upTo, int most) {
    // Fifteen of the sixteen shards never hold anything here: one point for all of them is enough.
    return shard == 0
        ? faults.io("due", () -> table.due(shard, upTo, most))
        : table.due(shard, upTo, most);
  }

  @Override
  public List<Task> listAfter(Status status, ListPlace place, int most) {
    return faults.io("list", () -> table.listAfter(status, place, most));
  }

  @Override
  public List<Task> list(Status status, int most) {
    return faults.io("list", () -> table.list(status, most));
  }
}
