package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Cancel;
import dev.treadle.engine.Change;
import dev.treadle.engine.Claim;
import dev.treadle.engine.Claimed;
import dev.treadle.engine.Commit;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Fence;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Lease;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.ListPlace;
import dev.treadle.engine.NewTask;
import dev.treadle.engine.Notification;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.Stored;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskInput;
import dev.treadle.engine.TaskStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The table on embedded records, with the keys and rules of the DynamoDB table. */
public final class EmbeddedTaskStore implements TaskStore {
  private final Records records;
  private final EmbeddedApprovals approvals;
  private final StoredReadings readings = new StoredReadings();

  public EmbeddedTaskStore(Records records) {
    this.records = records;
    this.approvals = new EmbeddedApprovals(records, readings);
  }

  @Override
  public Begun begin(NewTask task) {
    TaskId id = task.task().id();
    return records.transact(transaction -> {
      if (transaction.get(TaskKeys.head(id)).isPresent()) {
        return new Begun(Optional.of(readings.input(transaction.get(TaskKeys.input(id)), id)));
      }
      task.items().forEach(item -> demandNew(transaction, item));
      transaction.put(TaskKeys.input(id), Json.write(task.input()));
      task.items().forEach(item -> put(transaction, row(item)));
      put(transaction, Optional.empty(), task.task());
      return new Begun(Optional.empty());
    });
  }

  @Override
  public Claimed claim(StepMessage message, Lease lease, Instant now) {
    ClaimedTexts claimed = records.transact(transaction -> claim(transaction, message, lease, now));
    return new Claimed(claimed.claim(), claimed.recall().map(recall -> recall.read(readings)));
  }

  /** Documents that somebody changed after they were read: none, or the engine has a bug. */
  public List<String> alteredReadings() {
    return readings.changed();
  }

  private ClaimedTexts claim(
      Transaction transaction, StepMessage message, Lease lease, Instant now) {
    Optional<StoredReadings.Head> head =
        transaction.get(TaskKeys.head(message.taskId())).map(readings::head);
    return switch (head.orElse(null)) {
      case null -> new ClaimedTexts(new Claim.Obsolete(), Optional.empty());
      case StoredReadings.Head.Newer(int schema, String _) ->
          new ClaimedTexts(new Claim.Newer(schema), Optional.empty());
      case StoredReadings.Head.Known(Task current) ->
          claim(transaction, current, Claim.of(current, message, lease, now));
    };
  }

  private ClaimedTexts claim(Transaction transaction, Task current, Claim claim) {
    if (!(claim instanceof Claim.Granted(Task task))) {
      return new ClaimedTexts(claim, Optional.empty());
    }
    RecallTexts recall = RecallTexts.of(transaction, task);
    put(transaction, Optional.of(current), task);
    return new ClaimedTexts(claim, Optional.of(recall));
  }

  private record ClaimedTexts(Claim claim, Optional<RecallTexts> recall) {}

  @Override
  public Commit commit(Change change) {
    List<Records.Row> added = rowsOf(change);
    return records.transact(transaction -> {
      Task current = existing(transaction, change.to().id());
      Commit answer = Commit.of(current, change);
      if (answer instanceof Commit.Written(Task task) && !current.equals(task)) {
        change.items().forEach(item -> demandNew(transaction, item));
        change.children().forEach(child -> demandNew(transaction, child.task().id()));
        change.decisions().forEach(each -> EmbeddedApprovals.demandNew(transaction, each));
        added.forEach(row -> put(transaction, row));
        put(transaction, Optional.of(current), task);
        change.children().forEach(child -> put(transaction, Optional.empty(), child.task()));
      }
      return answer;
    });
  }

  /** Written as text before the transaction, where nobody waits for it. */
  private static List<Records.Row> rowsOf(Change change) {
    List<Records.Row> rows = new ArrayList<>();
    change.items().forEach(item -> rows.add(row(item)));
    change.rows().forEach(row -> rows.add(row(row)));
    change.approvals().forEach(approval -> rows.add(EmbeddedApprovals.row(approval)));
    change.decisions().forEach(decision -> rows.add(EmbeddedApprovals.row(decision)));
    for (NewTask child : change.children()) {
      TaskId id = child.task().id();
      rows.add(new Records.Row(TaskKeys.child(change.to().id(), id.value()), ""));
      rows.add(new Records.Row(TaskKeys.input(id), Json.write(child.input())));
    }
    change.run().ifPresent(run -> rows.add(EmbeddedSeriesTable.row(run)));
    return rows;
  }

  @Override
  public Fence intend(Task mine, JournalItem.Answer answer, List<LedgerRow> planned) {
    return records.transact(transaction -> {
      Fence fence = Fence.of(existing(transaction, mine.id()), mine);
      if (fence != Fence.HELD) return fence;
      List<LedgerRow> added =
          planned.stream().filter(row -> stored(transaction, row).isEmpty()).toList();
      if (!isKept(transaction, answer)) put(transaction, row(answer));
      added.forEach(row -> put(transaction, row(row)));
      return fence;
    });
  }

  @Override
  public Fence start(Task mine, LedgerRow seen, LedgerRow started) {
    return records.transact(transaction -> {
      Fence fence = Fence.of(existing(transaction, mine.id()), mine);
      if (fence == Fence.LOST) return fence;
      LedgerRow stored = existing(transaction, started);
      // Our start, whose reply was lost: a request to stop that came after it does not undo it.
      if (isSame(stored, started)) return Fence.HELD;
      if (fence == Fence.CANCELLED) return fence;
      if (!LedgerRow.mayStart(stored, seen)) return Fence.LOST;
      put(transaction, row(started));
      return fence;
    });
  }

  @Override
  public LedgerRow settle(LedgerRow outcome) {
    return records.transact(transaction -> {
      LedgerRow stored = existing(transaction, outcome);
      if (!LedgerRow.maySettle(stored, outcome)) return stored;
      put(transaction, row(outcome));
      return outcome;
    });
  }

  /** Writes what {@link Restart} found of a dead process, before anything else runs. */
  void bury(Task abandoned, List<LedgerRow> started) {
    records.transact(transaction -> {
      Optional<Task> found = task(transaction, abandoned.id());
      started.forEach(row -> put(transaction, row(row)));
      put(transaction, found, abandoned);
      return true;
    });
  }

  @Override
  public boolean requestCancel(TaskId id, Cancel cancel) {
    return records.transact(transaction -> {
      Optional<Task> found = task(transaction, id);
      if (found.isEmpty() || found.get().status().isTerminal()) return false;
      Task current = found.get();
      if (current.cancel() != null) return cancel.equals(current.cancel());
      put(transaction, found, current.cancelRequested(cancel));
      return true;
    });
  }

  @Override
  public boolean resent(Task seen, Instant now, Instant wakeAt) {
    return records.transact(transaction -> {
      Optional<Task> found = task(transaction, seen.id());
      boolean isSeen =
          found
              .filter(current -> current.version() == seen.version())
              .map(current -> current.wake().lastEnqueueAt())
              .equals(Optional.of(seen.wake().lastEnqueueAt()));
      if (isSeen) put(transaction, found, found.orElseThrow().resent(now, wakeAt));
      return isSeen;
    });
  }

  @Override
  public Optional<Task> find(TaskId id) {
    return records.transact(transaction -> transaction.get(TaskKeys.head(id))).map(readings::task);
  }

  @Override
  public Optional<TaskInput> input(TaskId id) {
    return records
        .transact(transaction -> transaction.get(TaskKeys.input(id)))
        .map(readings::input);
  }

  @Override
  public List<JournalItem> journal(TaskId id, String fromKey) {
    return all(TaskKeys.of(id, fromKey), TaskKeys.logEnd(id), readings::item);
  }

  @Override
  public List<JournalItem> journalOf(TaskId id, int first, int last) {
    return all(
        TaskKeys.of(id, JournalItem.firstKey(first)),
        TaskKeys.of(id, JournalItem.firstKey(last + 1)),
        readings::item);
  }

  @Override
  public List<LedgerRow> rows(TaskId id, Collection<String> keys) {
    Set<String> distinct = new HashSet<>(keys);
    List<String> texts =
        records.transact(transaction ->
            distinct.stream()
                .flatMap(key -> transaction.get(TaskKeys.action(id, key)).stream())
                .toList());
    return texts.stream().map(readings::row).toList();
  }

  @Override
  public List<LedgerRow> ledger(TaskId id) {
    Comparator<LedgerRow> order =
        Comparator.comparingInt(LedgerRow::iteration).thenComparingInt(LedgerRow::ordinal);
    return all(TaskKeys.action(id, ""), TaskKeys.action(id, TaskKeys.END), readings::row).stream()
        .sorted(order)
        .toList();
  }

  @Override
  public Optional<Approval> approval(TaskId id, String approvalId) {
    return approvals.approval(id, approvalId);
  }

  @Override
  public List<Approval> approvals(TaskId id) {
    return approvals.approvals(id);
  }

  @Override
  public List<Decision> decisions(String approvalId) {
    return approvals.decisions(approvalId);
  }

  @Override
  public void keep(Notification notification) {
    approvals.keep(notification);
  }

  @Override
  public List<Notification> notifications(TaskId id) {
    return approvals.notifications(id);
  }

  @Override
  public List<TaskId> children(TaskId id) {
    String from = TaskKeys.child(id, "");
    List<Records.Row> rows =
        records.transact(
            transaction -> transaction.range(from, from + TaskKeys.END, Integer.MAX_VALUE));
    return rows.stream().map(row -> TaskKeys.childIn(row.key())).toList();
  }

  @Override
  public List<TaskId> due(int shard, Instant upTo, int most) {
    List<Records.Row> rows =
        records.transact(transaction ->
            transaction.range(TaskKeys.due(shard), TaskKeys.dueUpTo(shard, upTo), most));
    return rows.stream().map(row -> TaskKeys.taskOf(row.key())).toList();
  }

  @Override
  public List<Task> list(Status status, int most) {
    return list(TaskKeys.board(status), status, most);
  }

  @Override
  public List<Task> listAfter(Status status, ListPlace place, int most) {
    return list(TaskKeys.after(TaskKeys.board(status, place)), status, most);
  }

  private List<Task> list(String from, Status status, int most) {
    String below = TaskKeys.board(status) + TaskKeys.END;
    List<String> heads =
        records.transact(transaction ->
            transaction.range(from, below, most).stream()
                .map(row -> TaskKeys.head(TaskKeys.taskOf(row.key())))
                .flatMap(key -> transaction.get(key).stream())
                .toList());
    return heads.stream().map(readings::task).toList();
  }

  private <T> List<T> all(String from, String below, Function<String, T> read) {
    List<Records.Row> rows =
        records.transact(transaction -> transaction.range(from, below, Integer.MAX_VALUE));
    return rows.stream().map(row -> read.apply(row.text())).toList();
  }

  private Optional<Task> task(Transaction transaction, TaskId id) {
    return transaction.get(TaskKeys.head(id)).map(readings::task);
  }

  private Task existing(Transaction transaction, TaskId id) {
    return task(transaction, id)
        .orElseThrow(() -> new IllegalStateException("task " + id + " is not in the table"));
  }

  private Optional<LedgerRow> stored(Transaction transaction, LedgerRow row) {
    return transaction.get(TaskKeys.action(row.taskId(), row.key())).map(readings::row);
  }

  private LedgerRow existing(Transaction transaction, LedgerRow row) {
    return stored(transaction, row)
        .orElseThrow(() ->
            new IllegalStateException(
                "task %s: action %s (%s) is not in the ledger"
                    .formatted(row.taskId(), row.key(), row.tool())));
  }

  /** Compares as stored: a number's type in memory depends on who made the tree. */
  private static boolean isSame(LedgerRow stored, LedgerRow row) {
    return stored.equals(Stored.row(Json.write(row)));
  }

  private static boolean isKept(Transaction transaction, JournalItem.Answer answer) {
    Optional<JsonNode> kept = transaction.get(key(answer)).map(Stored::tree);
    if (kept.isEmpty()) return false;
    if (kept.get().equals(Stored.tree(Stored.text(answer)))) return true;
    throw new IllegalStateException(
        "task %s: iteration %d has another answer already; it stays"
            .formatted(answer.taskId(), answer.iteration()));
  }

  private static void demandNew(Transaction transaction, JournalItem item) {
    if (transaction.get(key(item)).isPresent()) {
      throw new IllegalStateException(
          "task %s: journal item %s exists already, and the task is not that of its commit"
              .formatted(item.taskId(), item.sortKey()));
    }
  }

  private static void demandNew(Transaction transaction, TaskId child) {
    if (transaction.get(TaskKeys.head(child)).isPresent()) {
      throw new IllegalStateException(
          "task %s exists already, and the task whose chain starts it is not that of its commit"
              .formatted(child));
    }
  }

  private static String key(JournalItem item) {
    return TaskKeys.of(item.taskId(), item.sortKey());
  }

  private static Records.Row row(JournalItem item) {
    return new Records.Row(key(item), Stored.text(item));
  }

  private static Records.Row row(LedgerRow row) {
    return new Records.Row(TaskKeys.action(row.taskId(), row.key()), Json.write(row));
  }

  private static void put(Transaction transaction, Records.Row row) {
    transaction.put(row.key(), row.text());
  }

  /** Writes the head, and moves its index rows with it. */
  private void put(Transaction transaction, Optional<Task> before, Task task) {
    if (before.equals(Optional.of(task))) return;
    transaction.put(TaskKeys.head(task.id()), readings.written(task));
    move(transaction, before.flatMap(TaskKeys::due), TaskKeys.due(task));
    move(transaction, before.map(TaskKeys::board), Optional.of(TaskKeys.board(task)));
  }

  private static void move(Transaction transaction, Optional<String> from, Optional<String> to) {
    if (from.equals(to)) return;
    from.ifPresent(transaction::remove);
    to.ifPresent(key -> transaction.put(key, ""));
  }
}
