package dev.treadle.local;

import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.ListPlace;
import dev.treadle.engine.Shard;
import dev.treadle.engine.Task;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The keys of the table, with a separator that no task id holds. */
final class TaskKeys {
  /** Sorts after every key that begins with what stands before it. */
  static final String END = "\uffff";

  static final String ACTION = "ACTION#";
  static final String APPROVAL = "APPROVAL#";
  static final String CHILD = "CHILD#";
  static final String HALTS = "HALTS#";
  private static final char SEPARATOR = '/';

  /** Each tick of the watchdog asks for all. */
  private static final List<String> DUE =
      IntStream.range(0, Defaults.SHARDS)
          .mapToObj(shard -> "DUE#%02d".formatted(shard) + SEPARATOR)
          .toList();

  private TaskKeys() {}

  static String of(TaskId id, String sortKey) {
    return "TASK#" + id + SEPARATOR + sortKey;
  }

  static String head(TaskId id) {
    return of(id, "HEAD");
  }

  static String input(TaskId id) {
    return of(id, "INPUT");
  }

  static String logEnd(TaskId id) {
    return of(id, "LOG#" + END);
  }

  static String action(TaskId id, String key) {
    return of(id, ACTION + key);
  }

  static String approval(TaskId id, String approvalId) {
    return of(id, APPROVAL + approvalId);
  }

  static String child(TaskId id, String child) {
    return of(id, CHILD + child);
  }

  static String breaker(String dependency) {
    return "BREAKER#" + dependency + SEPARATOR + "STATE";
  }

  static String notice(TaskId id, String approvalId) {
    return of(id, "NOTICE#" + approvalId);
  }

  static String link(TaskId id, String approvalId) {
    return of(id, "LINK#" + approvalId + "#");
  }

  static String decisions(String approvalId) {
    return "DECISION#" + approvalId + SEPARATOR;
  }

  /** The row of the index of due tasks; absent once the task is terminal. */
  static Optional<String> due(Task task) {
    return Optional.ofNullable(task.wake().at())
        .map(at -> due(Shard.of(task.id())) + Shard.watchAt(at) + SEPARATOR + task.id());
  }

  static String due(int shard) {
    return DUE.get(shard);
  }

  static String dueUpTo(int shard, Instant time) {
    return due(shard) + time.truncatedTo(ChronoUnit.MINUTES) + SEPARATOR + END;
  }

  /** The row of the index by status, the latest first. */
  static String board(Task task) {
    return board(task.status(), ListPlace.of(task));
  }

  static String board(Status status) {
    return "BOARD#" + status.wireName() + SEPARATOR;
  }

  static String board(Status status, ListPlace place) {
    return board(status) + SortableTime.latestFirst(place.since()) + SEPARATOR + place.id();
  }

  /** The first key that could follow one. */
  static String after(String key) {
    return key + '\0';
  }

  static TaskId childIn(String key) {
    return new TaskId(key.substring(key.indexOf(SEPARATOR + CHILD) + 1 + CHILD.length()));
  }

  /** The task that an index row is about. */
  static TaskId taskOf(String indexKey) {
    return new TaskId(indexKey.substring(indexKey.lastIndexOf(SEPARATOR) + 1));
  }
}
