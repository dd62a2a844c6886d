package dev.treadle.aws;

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
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Fence;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Lease;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.ListPlace;
import dev.treadle.engine.NewTask;
import dev.treadle.engine.Notification;
import dev.treadle.engine.Readings;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.Stored;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskInput;
import dev.treadle.engine.TaskStore;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The table on DynamoDB.
 *
 * <p>A claim is one update whose condition is {@link Claim#of}; every other write that takes more
 * than one item is one transaction. A refused condition brings the old item along, and the engine's
 * own rules judge it, so nothing is read twice. That also makes every hidden retry harmless: a call
 * that was applied and whose reply was lost finds its own write.
 */
public final class DynamoTaskStore implements TaskStore {
  private static final int HEAD_ACTION = 0;
  private final Table table;
  private final LedgerTable ledger;
  private final ApprovalTable approvals;
  private final Readings<JournalItem> readings =
      new Readings<>(Stored::item, Readings.JOURNAL_CHARS_MAX);

  /**
   * A store on an existing table of the shape of {@code template.yaml}.
   *
   * @param client is not closed by the store
   */
  public DynamoTaskStore(DynamoDbClient client, String tableName) {
    this.table = new Table(client, tableName);
    this.ledger = new LedgerTable(table);
    this.approvals = new ApprovalTable(table);
  }

  @Override
  public Begun begin(NewTask task) {
    TaskId id = task.task().id();
    TableTransaction transaction = putNew(transaction("starting", id), task);
    return switch (table.transact(transaction)) {
      case Table.Answer.Written _ -> new Begun(Optional.empty());
      case Table.Answer.Refused _ ->
          new Begun(
              Optional.of(
                  input(id)
                      .orElseThrow(() ->
                          new IllegalStateException(
                              "task %s has no input, but other items of it are in %s"
                                  .formatted(id, table.place())))));
    };
  }

  @Override
  public Claimed claim(StepMessage message, Lease lease, Instant now) {
    try (ContextRead beside = ContextRead.begin(table, readings, message)) {
      Claim claim = take(message, lease, now);
      return claim instanceof Claim.Granted(Task task)
          ? new Claimed(claim, Optional.of(beside.of(task)))
          : new Claimed(claim, Optional.empty());
    }
  }

  private Claim take(StepMessage message, Lease lease, Instant now) {
    TaskId id = message.taskId();
    Table.Answer answer =
        table.update(
            "claiming task " + id,
            TableKeys.head(id),
            HeadItem.claim(lease),
            HeadItem.claimable(message, lease, now));
    return switch (answer) {
      case Table.Answer.Written(Map<String, AttributeValue> head) ->
          new Claim.Granted(HeadItem.task(head));
      case Table.Answer.Refused refused ->
          judged(refused.first().orElse(Map.of()), message, lease, now);
    };
  }

  private Claim judged(
      Map<String, AttributeValue> head, StepMessage message, Lease lease, Instant now) {
    if (head.isEmpty()) return new Claim.Obsolete();
    int schema = HeadItem.schema(head);
    if (schema > Task.SCHEMA) return new Claim.Newer(schema);
    Task current = HeadItem.task(head);
    Claim claim = Claim.of(current, message, lease, now);
    if (claim instanceof Claim.Granted(Task granted) && !granted.equals(current)) {
      throw new IllegalStateException(
          "%s refused a claim of task %s that the rule grants".formatted(table.place(), current));
    }
    return claim;
  }

  @Override
  public Commit commit(Change change) {
    TaskId id = change.to().id();
    TableTransaction transaction =
        transaction("committing", id)
            .put(HeadItem.of(change.to()), HeadItem.unchangedSince(change.from()));
    putNew(transaction, change.items(), change.to());
    change.rows().forEach(row -> transaction.put(LedgerTable.item(row)));
    change.approvals().forEach(approval -> transaction.put(ApprovalTable.item(approval)));
    change
        .decisions()
        .forEach(decision -> transaction.putNew(List.of(ApprovalTable.item(decision))));
    change
        .children()
        .forEach(child ->
            putNew(transaction, child)
                .putNew(List.of(TableKeys.of(id, TableKeys.CHILD + child.task().id()))));
    change.run().ifPresent(run -> transaction.put(DynamoSeriesTable.item(run)));
    return switch (table.transact(transaction)) {
      case Table.Answer.Written _ -> new Commit.Written(change.to());
      case Table.Answer.Refused refused -> judged(change, refused);
    };
  }

  private Commit judged(Change change, Table.Answer.Refused refused) {
    TaskId id = change.to().id();
    Task current =
        refused
            .failed()
            .get(HEAD_ACTION)
            .map(head -> LedgerTable.taskIn(head, id))
            .orElseGet(() -> existing(id));
    Commit answer = Commit.of(current, change);
    if (answer instanceof Commit.Written && !current.equals(change.to())) {
      String items = String.join(", ", change.items().stream().map(JournalItem::sortKey).toList());
      throw new IllegalStateException(
          "task %s: of the journal items %s or the decisions, or of the tasks that it starts, one exists already, and the task is not that of its commit"
              .formatted(id, items));
    }
    return answer;
  }

  @Override
  public Fence intend(Task mine, JournalItem.Answer answer, List<LedgerRow> planned) {
    return ledger.intend(mine, answer, planned);
  }

  @Override
  public Fence start(Task mine, LedgerRow seen, LedgerRow started) {
    return ledger.start(mine, seen, started);
  }

  @Override
  public LedgerRow settle(LedgerRow outcome) {
    return ledger.settle(outcome);
  }

  @Override
  public boolean requestCancel(TaskId id, Cancel cancel) {
    Table.Answer answer =
        table.update(
            "asking task " + id + " to stop",
            TableKeys.head(id),
            HeadItem.cancel(cancel),
            HeadItem.cancellable());
    return switch (answer) {
      case Table.Answer.Written _ -> true;
      case Table.Answer.Refused refused ->
          found(refused)
              .filter(task -> !task.status().isTerminal())
              .map(Task::cancel)
              .equals(Optional.of(cancel));
    };
  }

  /** A repeated call answers false, even after a lost reply: then the next tick sends. */
  @Override
  public boolean resent(Task seen, Instant now, Instant wakeAt) {
    Task resent = seen.resent(now, wakeAt);
    Table.Answer answer =
        table.update(
            "noting a send of task " + resent.id(),
            TableKeys.head(resent.id()),
            HeadItem.resend(now, wakeAt),
            HeadItem.sentAsSeen(seen));
    return switch (answer) {
      case Table.Answer.Written _ -> true;
      case Table.Answer.Refused refused -> {
        found(refused);
        yield false;
      }
    };
  }

  @Override
  public Optional<Task> find(TaskId id) {
    return table.get("reading task " + id, TableKeys.head(id)).map(HeadItem::task);
  }

  @Override
  public Optional<TaskInput> input(TaskId id) {
    return ContextRead.input(table, id);
  }

  @Override
  public List<JournalItem> journal(TaskId id, String fromKey) {
    return ContextRead.journal(table, readings, id, fromKey, ContextRead.ALL);
  }

  @Override
  public List<JournalItem> journalOf(TaskId id, int first, int last) {
    return ContextRead.journal(
        table,
        readings,
        id,
        JournalItem.firstKey(first),
        JournalItem.firstKey(last) + TableKeys.END);
  }

  @Override
  public List<LedgerRow> rows(TaskId id, Collection<String> keys) {
    return ledger.rows(id, keys);
  }

  @Override
  public List<LedgerRow> ledger(TaskId id) {
    return ledger.all(id);
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
    String end = TableKeys.CHILD + TableKeys.END;
    return table
        .range("reading the children of task " + id, TableKeys.partition(id), TableKeys.CHILD, end)
        .stream()
        .map(item -> Attributes.textOf(item, TableKeys.SK).substring(TableKeys.CHILD.length()))
        .map(TaskId::new)
        .toList();
  }

  @Override
  public List<TaskId> due(int shard, Instant upTo, int most) {
    Expression condition =
        new Expression(
            "#due_pk = :shard AND #watch_at <= :up_to",
            Map.of(
                ":shard", Attributes.text(TableKeys.due(shard)),
                ":up_to", Attributes.time(upTo)));
    return table.index("looking for due tasks", TableKeys.DUE, condition, true, most).stream()
        .map(TableKeys::taskOf)
        .toList();
  }

  @Override
  public List<Task> list(Status status, int most) {
    return heads(status, shards(status).flatMap(shard -> newest(shard, shard, most)), most);
  }

  @Override
  public List<Task> listAfter(Status status, ListPlace place, int most) {
    Expression older = Expression.of("#since < :since", ":since", Attributes.time(place.since()));
    return heads(
        status,
        shards(status)
            .flatMap(shard ->
                Stream.concat(of(shard, place.since()), newest(shard, shard.and(older), most)))
            .filter(entry -> place(entry).isAfter(place)),
        most);
  }

  private List<Task> heads(Status status, Stream<Map<String, AttributeValue>> entries, int most) {
    List<Map<String, AttributeValue>> keys =
        entries
            .sorted(Comparator.comparing(DynamoTaskStore::place))
            .limit(most)
            .map(entry -> TableKeys.head(TableKeys.taskOf(entry)))
            .toList();
    // The index may lag behind the head: only the head says what a task is.
    return table.getAll("listing tasks", keys).stream()
        .map(HeadItem::task)
        .filter(task -> task.status() == status)
        .sorted(Comparator.comparing(ListPlace::of))
        .toList();
  }

  /** The newest entries of a shard, and all that changed at the time of the last of them. */
  private Stream<Map<String, AttributeValue>> newest(
      Expression shard, Expression condition, int most) {
    List<Map<String, AttributeValue>> found =
        table.index("listing tasks", TableKeys.BOARD, condition, false, most);
    if (found.size() < most) return found.stream();
    // Of those of one time the index gives any first: a page that ends there would lose the others.
    Instant last = place(found.getLast()).since();
    return Stream.concat(
        found.stream().filter(entry -> !place(entry).since().equals(last)), of(shard, last));
  }

  private Stream<Map<String, AttributeValue>> of(Expression shard, Instant since) {
    Expression then = shard.and(Expression.of("#since = :since", ":since", Attributes.time(since)));
    return table.index("listing tasks", TableKeys.BOARD, then, false, Integer.MAX_VALUE).stream();
  }

  private static Stream<Expression> shards(Status status) {
    return IntStream.range(0, Defaults.SHARDS).mapToObj(shard -> board(status, shard));
  }

  private static Expression board(Status status, int shard) {
    return Expression.of(
        "#board_pk = :board", ":board", Attributes.text(TableKeys.board(status, shard)));
  }

  private static ListPlace place(Map<String, AttributeValue> entry) {
    AttributeValue since = entry.get(TableKeys.SINCE);
    return new ListPlace(
        since == null ? Instant.EPOCH : Attributes.timeOf(since), TableKeys.taskOf(entry));
  }

  private TableTransaction transaction(String deed, TaskId id) {
    return new TableTransaction(table.name(), deed + " task " + id);
  }

  private static TableTransaction putNew(TableTransaction transaction, NewTask task) {
    TaskId id = task.task().id();
    transaction
        .putNew(List.of(HeadItem.of(task.task())))
        .putNew(Document.items(id, TableKeys.INPUT, Json.write(task.input()), Map.of()));
    putNew(transaction, task.items(), task.task());
    return transaction;
  }

  private static void putNew(TableTransaction transaction, List<JournalItem> items, Task head) {
    Map<String, AttributeValue> tip = ContextRead.tip(head);
    for (JournalItem item : items) {
      transaction.putNew(Document.items(item.taskId(), item.sortKey(), Stored.text(item), tip));
    }
  }

  private static Optional<Task> found(Table.Answer.Refused refused) {
    return refused.first().filter(head -> !head.isEmpty()).map(HeadItem::task);
  }

  private Task existing(TaskId id) {
    return find(id)
        .orElseThrow(() -> new IllegalStateException("task " + id + " is not in the table"));
  }
}
