package dev.treadle.engine;

import dev.treadle.Status;
import dev.treadle.TaskId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The table: the truth about every task.
 *
 * <p>Every write is conditional and one transaction; reads are strongly consistent but for {@link
 * #due} and {@link #list}, which may lag. A call whose reply was lost may be repeated as it is: the
 * conditions recognise their own write. Safe for several threads. Infrastructure failures are
 * thrown.
 */
public interface TaskStore {
  /** Writes a new task unless its id is taken; answers with the task that stands there now. */
  Begun begin(NewTask task);

  /**
   * What a start found.
   *
   * @param existing absent when the task was written
   */
  record Begun(Optional<TaskInput> existing) {}

  /** Takes the lease if {@link Claim#of} grants it, and reads what the worker needs. */
  Claimed claim(StepMessage message, Lease lease, Instant now);

  /** Writes a change if {@link Commit#of} allows it. */
  Commit commit(Change change);

  /**
   * Keeps the answer and plans the actions, in one transaction with a check that {@code mine} still
   * holds the lease. A row that exists already is left as it is.
   */
  Fence intend(Task mine, JournalItem.Answer answer, List<LedgerRow> planned);

  /**
   * Marks an action as started right before its call, with the same check.
   *
   * @param seen the row that the worker has read
   */
  Fence start(Task mine, LedgerRow seen, LedgerRow started);

  /**
   * Writes what came of an action, whether or not the lease survived, if {@link
   * LedgerRow#maySettle} allows it. Answers with the row that stands there now.
   */
  LedgerRow settle(LedgerRow outcome);

  /** Sets the request to stop; false when the task is terminal or has one already. */
  boolean requestCancel(TaskId id, Cancel cancel);

  /**
   * Notes that the current message was sent again: only if version and last send are those of
   * {@code seen}, so that of two watchdogs one sends.
   */
  boolean resent(Task seen, Instant now, Instant wakeAt);

  Optional<Task> find(TaskId id);

  Optional<TaskInput> input(TaskId id);

  /** Journal items from a sort key on, in order. */
  List<JournalItem> journal(TaskId id, String fromKey);

  /** All journal items of some iterations, the first and the last included, in order. */
  List<JournalItem> journalOf(TaskId id, int first, int last);

  /** The rows with these keys that exist, in no order. */
  List<LedgerRow> rows(TaskId id, Collection<String> keys);

  /** All ledger rows of a task, in the order of iteration and ordinal. */
  List<LedgerRow> ledger(TaskId id);

  Optional<Approval> approval(TaskId id, String approvalId);

  /** All approvals of a task, oldest first. */
  List<Approval> approvals(TaskId id);

  /** The tasks that the end of this one started, in no order. */
  List<TaskId> children(TaskId id);

  /** The decisions about a question, in the order of their {@link Decision#sortKey}s. */
  List<Decision> decisions(String approvalId);

  /** Writes what the notifier did, if {@link Notification#mayReplace} allows it. */
  void keep(Notification notification);

  /** What the notifier did about a task's questions, in no order. */
  List<Notification> notifications(TaskId id);

  /** Tasks of a shard whose wake-up time has come; the caller reads each again before it acts. */
  List<TaskId> due(int shard, Instant upTo, int most);

  /** Tasks of a status, the latest change first. */
  List<Task> list(Status status, int most);

  /** Tasks of a status that stand after a place of {@link #list}. */
  List<Task> listAfter(Status status, ListPlace place, int most);
}
