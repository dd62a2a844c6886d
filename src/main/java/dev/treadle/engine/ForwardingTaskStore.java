package dev.treadle.engine;

import dev.treadle.Status;
import dev.treadle.TaskId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Passes every call on to another store: the base of whatever watches or counts. */
public abstract class ForwardingTaskStore implements TaskStore {
  protected final TaskStore store;

  protected ForwardingTaskStore(TaskStore store) {
    this.store = store;
  }

  @Override
  public Begun begin(NewTask task) {
    return store.begin(task);
  }

  @Override
  public Claimed claim(StepMessage message, Lease lease, Instant now) {
    return store.claim(message, lease, now);
  }

  @Override
  public Commit commit(Change change) {
    return store.commit(change);
  }

  @Override
  public Fence intend(Task mine, JournalItem.Answer answer, List<LedgerRow> planned) {
    return store.intend(mine, answer, planned);
  }

  @Override
  public Fence start(Task mine, LedgerRow seen, LedgerRow started) {
    return store.start(mine, seen, started);
  }

  @Override
  public LedgerRow settle(LedgerRow outcome) {
    return store.settle(outcome);
  }

  @Override
  public boolean requestCancel(TaskId id, Cancel cancel) {
    return store.requestCancel(id, cancel);
  }

  @Override
  public boolean resent(Task seen, Instant now, Instant wakeAt) {
    return store.resent(seen, now, wakeAt);
  }

  @Override
  public Optional<Task> find(TaskId id) {
    return store.find(id);
  }

  @Override
  public Optional<TaskInput> input(TaskId id) {
    return store.input(id);
  }

  @Override
  public List<JournalItem> journal(TaskId id, String fromKey) {
    return store.journal(id, fromKey);
  }

  @Override
  public List<JournalItem> journalOf(TaskId id, int first, int last) {
    return store.journalOf(id, first, last);
  }

  @Override
  public List<LedgerRow> rows(TaskId id, Collection<String> keys) {
    return store.rows(id, keys);
  }

  @Override
  public List<LedgerRow> ledger(TaskId id) {
    return store.ledger(id);
  }

  @Override
  public Optional<Approval> approval(TaskId id, String approvalId) {
    return store.approval(id, approvalId);
  }

  @Override
  public List<Approval> approvals(TaskId id) {
    return store.approvals(id);
  }

  @Override
  public List<TaskId> children(TaskId id) {
    return store.children(id);
  }

  @Override
  public List<Decision> decisions(String approvalId) {
    return store.decisions(approvalId);
  }

  @Override
  public void keep(Notification notification) {
    store.keep(notification);
  }

  @Override
  public List<Notification> notifications(TaskId id) {
    return store.notifications(id);
  }

  @Override
  public List<TaskId> due(int shard, Instant upTo, int most) {
    return store.due(shard, upTo, most);
  }

  @Override
  public List<Task> list(Status status, int most) {
    return store.list(status, most);
  }

  @Override
  public List<Task> listAfter(Status status, ListPlace place, int most) {
    return store.listAfter(status, place, most);
  }
}
