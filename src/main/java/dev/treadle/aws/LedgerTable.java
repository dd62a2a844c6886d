package dev.treadle.aws;

import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.engine.Fence;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Stored;
import dev.treadle.engine.Task;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The ledger's rows in the table, and the fence that each of their transactions checks. */
final class LedgerTable {
  private static final String STATE = "state";
  private static final String STARTED_BY = "started_by";
  private static final int HEAD_ACTION = 0;
  private static final int ROW_ACTION = 1;

  private final Table table;

  LedgerTable(Table table) {
    this.table = table;
  }

  Fence intend(Task mine, JournalItem.Answer answer, List<LedgerRow> planned) {
    if (mine.lease() == null) return Fence.of(existing(mine.id()), mine);
    return switch (write(mine, Optional.of(answer), planned)) {
      case Table.Answer.Written _ -> Fence.HELD;
      case Table.Answer.Refused refused ->
          refused
              .failed()
              .get(HEAD_ACTION)
              .map(head -> fence(head, mine))
              .orElseGet(() -> complete(mine, answer, planned));
    };
  }

  /** An earlier attempt, or this one before its reply was lost, has written some of the intent. */
  private Fence complete(Task mine, JournalItem.Answer answer, List<LedgerRow> planned) {
    boolean isKept = isKept(answer);
    Set<String> there =
        rows(mine.id(), planned.stream().map(LedgerRow::key).toList()).stream()
            .map(LedgerRow::key)
            .collect(Collectors.toSet());
    List<LedgerRow> rest = planned.stream().filter(row -> !there.contains(row.key())).toList();
    if (isKept && rest.isEmpty()) return Fence.of(existing(mine.id()), mine);
    return switch (write(mine, isKept ? Optional.empty() : Optional.of(answer), rest)) {
      case Table.Answer.Written _ -> Fence.HELD;
      case Table.Answer.Refused refused ->
          refused
              .failed()
              .get(HEAD_ACTION)
              .map(head -> fence(head, mine))
              .orElseThrow(() ->
                  new IllegalStateException(
                      "task %s: somebody else writes the intent of iteration %d, and the lease is ours"
                          .formatted(mine.id(), mine.iteration())));
    };
  }

  private Table.Answer write(Task mine, Optional<JournalItem.Answer> answer, List<LedgerRow> rows) {
    TableTransaction transaction = fenced("planning actions of", mine);
    answer.ifPresent(kept ->
        transaction.putNew(
            Document.items(
                kept.taskId(), kept.sortKey(), Stored.text(kept), ContextRead.tip(mine))));
    rows.forEach(row -> transaction.putNew(List.of(item(row))));
    return table.transact(transaction);
  }

  private boolean isKept(JournalItem.Answer answer) {
    List<Map<String, AttributeValue>> kept =
        table.range(
            "reading the answer of task " + answer.taskId(),
            TableKeys.partition(answer.taskId()),
            answer.sortKey(),
            answer.sortKey() + TableKeys.END);
    if (kept.isEmpty()) return false;
    if (Stored.tree(Document.text(kept)).equals(Stored.tree(Stored.text(answer)))) return true;
    throw new IllegalStateException(
        "task %s: iteration %d has another answer already; it stays"
            .formatted(answer.taskId(), answer.iteration()));
  }

  Fence start(Task mine, LedgerRow seen, LedgerRow started) {
    if (mine.lease() == null) return Fence.of(existing(mine.id()), mine);
    TableTransaction transaction =
        fenced("starting an action of", mine)
            .put(item(started), state(seen.state()).and(startedBy(seen.startedBy())));
    return switch (table.transact(transaction)) {
      case Table.Answer.Written _ -> Fence.HELD;
      case Table.Answer.Refused refused -> refusedStart(mine, started, refused);
    };
  }

  private Fence refusedStart(Task mine, LedgerRow started, Table.Answer.Refused refused) {
    Fence fence =
        refused.failed().get(HEAD_ACTION).map(head -> fence(head, mine)).orElse(Fence.HELD);
    if (fence == Fence.LOST) return fence;
    LedgerRow stored =
        refused
            .failed()
            .get(ROW_ACTION)
            .map(item -> rowIn(item, started))
            .orElseGet(() -> existing(started));
    // Our start, whose reply was lost: a request to stop that came after it does not undo it.
    if (isSame(stored, started)) return Fence.HELD;
    return fence == Fence.CANCELLED ? fence : Fence.LOST;
  }

  LedgerRow settle(LedgerRow outcome) {
    Expression isOpen =
        new Expression(
            "(#state = :started OR #state = :unknown)",
            Map.of(
                ":started", Attributes.text(LedgerRow.State.STARTED.name()),
                ":unknown", Attributes.text(LedgerRow.State.UNKNOWN.name())));
    Table.Answer answer =
        table.put(
            "settling an action of task " + outcome.taskId(),
            item(outcome),
            isOpen.and(startedBy(outcome.startedBy())));
    return switch (answer) {
      case Table.Answer.Written _ -> outcome;
      case Table.Answer.Refused refused -> rowIn(refused.first().orElse(Map.of()), outcome);
    };
  }

  List<LedgerRow> rows(TaskId id, Collection<String> keys) {
    List<Map<String, AttributeValue>> asked =
        keys.stream().distinct().map(key -> TableKeys.of(id, TableKeys.ACTION + key)).toList();
    return table.getAll("reading actions of task " + id, asked).stream()
        .map(LedgerTable::row)
        .toList();
  }

  List<LedgerRow> all(TaskId id) {
    Comparator<LedgerRow> order =
        Comparator.comparingInt(LedgerRow::iteration).thenComparingInt(LedgerRow::ordinal);
    return table
        .range(
            "reading the ledger of task " + id,
            TableKeys.partition(id),
            TableKeys.ACTION,
            TableKeys.ACTION + TableKeys.END)
        .stream()
        .map(LedgerTable::row)
        .sorted(order)
        .toList();
  }

  static Map<String, AttributeValue> item(LedgerRow row) {
    Map<String, AttributeValue> compared =
        new HashMap<>(Map.of(STATE, Attributes.text(row.state().name())));
    String by = row.startedBy();
    if (by != null) compared.put(STARTED_BY, Attributes.text(by));
    return Document.item(row.taskId(), TableKeys.ACTION + row.key(), Json.write(row), compared);
  }

  private static LedgerRow row(Map<String, AttributeValue> item) {
    return Stored.row(Document.text(List.of(item)));
  }

  private static LedgerRow rowIn(Map<String, AttributeValue> item, LedgerRow wanted) {
    if (item.isEmpty()) {
      throw new IllegalStateException(
          "task %s: action %s (%s) is not in the ledger"
              .formatted(wanted.taskId(), wanted.key(), wanted.tool()));
    }
    return row(item);
  }

  private LedgerRow existing(LedgerRow wanted) {
    Map<String, AttributeValue> key =
        TableKeys.of(wanted.taskId(), TableKeys.ACTION + wanted.key());
    return rowIn(
        table.get("reading an action of task " + wanted.taskId(), key).orElse(Map.of()), wanted);
  }

  private Task existing(TaskId id) {
    return taskIn(table.get("reading task " + id, TableKeys.head(id)).orElse(Map.of()), id);
  }

  static Task taskIn(Map<String, AttributeValue> head, TaskId id) {
    if (head.isEmpty()) throw new IllegalStateException("task " + id + " is not in the table");
    return HeadItem.task(head);
  }

  private TableTransaction fenced(String deed, Task mine) {
    return new TableTransaction(table.name(), deed + " task " + mine.id())
        .check(TableKeys.head(mine.id()), HeadItem.heldBy(mine));
  }

  private Fence fence(Map<String, AttributeValue> head, Task mine) {
    Fence fence = Fence.of(taskIn(head, mine.id()), mine);
    if (fence == Fence.HELD) {
      throw new IllegalStateException(
          "%s refused a write of task %s that the rule allows".formatted(table.place(), mine.id()));
    }
    return fence;
  }

  private static Expression state(LedgerRow.State state) {
    return Expression.of("#state = :state", ":state", Attributes.text(state.name()));
  }

  private static Expression startedBy(@Nullable String token) {
    return token == null
        ? Expression.of("attribute_not_exists(#started_by)")
        : Expression.of("#started_by = :started_by", ":started_by", Attributes.text(token));
  }

  /** Compares as stored: a number's type in memory depends on who made the tree. */
  private static boolean isSame(LedgerRow stored, LedgerRow row) {
    return stored.equals(Stored.row(Json.write(row)));
  }
}
