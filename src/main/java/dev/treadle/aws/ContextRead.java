package dev.treadle.aws;

import dev.treadle.TaskId;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Readings;
import dev.treadle.engine.Recall;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.Stored;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What a worker needs of a task, read side by side with its claim so that both take one round trip.
 *
 * <p>Such a read may be older than the claim. Each journal item therefore carries the beginning of
 * the head's hash that was written with it: only when the last item read matches the claimed head,
 * and no other worker has claimed this iteration since, is nothing missing.
 */
final class ContextRead implements AutoCloseable {
  /** After the last sort key of a journal. */
  static final String ALL = TableKeys.LOG + TableKeys.END;

  /** The hash that the head got in the transaction that wrote a journal item. */
  private static final String TIP = "tip";

  /** Enough to tell the states of one task apart, and short because each entry carries it. */
  private static final int TIP_CHARS = 16;

  private final Table table;
  private final Readings<JournalItem> readings;
  private final StepMessage message;
  private final FutureTask<Optional<TaskInput>> input;
  private final FutureTask<Log> log;

  private ContextRead(Table table, Readings<JournalItem> readings, StepMessage message) {
    this.table = table;
    this.readings = readings;
    this.message = message;
    TaskId id = message.taskId();
    String fromKey = JournalItem.firstKeyFromSnapshot(message.snapshot());
    this.input = new FutureTask<>(() -> input(table, id));
    this.log = new FutureTask<>(() -> Log.read(table, readings, id, fromKey, ALL));
  }

  /** Starts to read; {@link #close} stops what nobody waits for. */
  static ContextRead begin(Table table, Readings<JournalItem> readings, StepMessage message) {
    ContextRead read = new ContextRead(table, readings, message);
    Thread.startVirtualThread(read.input);
    Thread.startVirtualThread(read.log);
    return read;
  }

  Recall of(Task claimed) {
    TaskId id = claimed.id();
    int snapshot = claimed.progress().snapshot();
    Log found = await(log);
    // Another worker wrote between this read and the claim, or the message hinted at a wrong place.
    if (snapshot != message.snapshot() || !found.isAllOf(claimed)) {
      found = Log.read(table, readings, id, JournalItem.firstKeyFromSnapshot(snapshot), ALL);
    }
    TaskInput pinned =
        await(input)
            .orElseThrow(
                () -> new IllegalStateException("task " + id + " has no input in the table"));
    return new Recall(pinned, found.items());
  }

  @Override
  public void close() {
    input.cancel(true);
    log.cancel(true);
  }

  static Optional<TaskInput> input(Table table, TaskId id) {
    List<Map<String, AttributeValue>> items =
        table.range(
            "reading the input of task " + id,
            TableKeys.partition(id),
            TableKeys.INPUT,
            TableKeys.INPUT + TableKeys.END);
    return items.isEmpty() ? Optional.empty() : Optional.of(Stored.input(Document.text(items)));
  }

  /** The items between two sort keys, both included. */
  static List<JournalItem> journal(
      Table table, Readings<JournalItem> readings, TaskId id, String fromKey, String upToKey) {
    return Log.read(table, readings, id, fromKey, upToKey).items();
  }

  /** The attribute of a journal item that is written with {@code head}. */
  static Map<String, AttributeValue> tip(Task head) {
    return Map.of(TIP, Attributes.text(tipOf(head)));
  }

  private static String tipOf(Task head) {
    String hash = head.progress().entriesHash();
    return hash.substring(0, Math.min(TIP_CHARS, hash.length()));
  }

  private record Log(List<JournalItem> items, String tip) {
    static Log read(
        Table table, Readings<JournalItem> readings, TaskId id, String fromKey, String upToKey) {
      List<Map<String, AttributeValue>> found =
          table.range(
              "reading the journal of task " + id, TableKeys.partition(id), fromKey, upToKey);
      List<JournalItem> items = new ArrayList<>();
      String tip = "";
      for (List<Map<String, AttributeValue>> document : Document.grouped(found)) {
        items.add(readings.read(Document.text(document)));
        tip = Attributes.textOf(document.getFirst(), TIP);
      }
      return new Log(items, tip);
    }

    /** Whether nothing can have been written to the journal after this read. */
    boolean isAllOf(Task claimed) {
      boolean endsWithACommit =
          items.isEmpty()
              || switch (items.getLast()) {
                case JournalItem.Entry _, JournalItem.Snapshot _ -> true;
                // Another attempt of this iteration was here.
                case JournalItem.Note _, JournalItem.Answer _ -> false;
              };
      return endsWithACommit && claimed.attempts().openClaims() == 1 && tip.equals(tipOf(claimed));
    }
  }

  private static <T> T await(FutureTask<T> read) {
    try {
      return read.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) throw cause;
      throw new IllegalStateException("a read beside a claim failed", failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw InfrastructureFailure.of("interrupted while reading beside a claim");
    }
  }
}
