package dev.treadle.aws;

import dev.treadle.SeriesKey;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.Shard;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The keys of the table and of its indexes. */
final class TableKeys {
  static final String PK = "pk";
  static final String SK = "sk";

  /** The index of tasks by wake-up time; keys only, without tasks that ended. */
  static final String DUE = "due";

  static final String DUE_PK = "due_pk";
  static final String WATCH_AT = "watch_at";

  /** The index of tasks by status; keys only, because a projection would move with each claim. */
  static final String BOARD = "board";

  static final String BOARD_PK = "board_pk";
  static final String SINCE = "since";

  /** Seconds since 1970 after which DynamoDB may delete an item: in days, not at once. */
  static final String EXPIRES_AT = "expires_at";

  static final String HEAD = "HEAD";
  static final String INPUT = "INPUT";
  static final String LOG = "LOG#";
  static final String ACTION = "ACTION#";
  static final String APPROVAL = "APPROVAL#";
  static final String CHILD = "CHILD#";
  static final String NOTICE = "NOTICE#";
  private static final String LINK = "LINK#";
  private static final String DECISION = "DECISION#";

  /** Sorts after every key that begins with what stands before it. */
  static final String END = "\uffff";

  private static final String TASK = "TASK#";

  private TableKeys() {}

  static String partition(SeriesKey series) {
    return "SERIES#" + series;
  }

  static Map<String, AttributeValue> of(SeriesKey series, String sortKey) {
    return Map.of(PK, Attributes.text(partition(series)), SK, Attributes.text(sortKey));
  }

  static String partition(TaskId id) {
    return TASK + id;
  }

  static Map<String, AttributeValue> of(TaskId id, String sortKey) {
    return Map.of(PK, Attributes.text(partition(id)), SK, Attributes.text(sortKey));
  }

  /** A partition of its own: the step function's role may not write there. */
  static String decisions(String approvalId) {
    return DECISION + approvalId;
  }

  static String link(String approvalId) {
    return LINK + approvalId + "#";
  }

  static Map<String, AttributeValue> head(TaskId id) {
    return of(id, HEAD);
  }

  static Map<String, AttributeValue> breaker(String dependency) {
    return Map.of(PK, Attributes.text("BREAKER#" + dependency), SK, Attributes.text("STATE"));
  }

  /** A partition of its own: the step function's role may not write what halts it. */
  static Map<String, AttributeValue> halts() {
    return Map.of(PK, Attributes.text("HALT#"), SK, Attributes.text("STATE"));
  }

  static TaskId taskOf(Map<String, AttributeValue> item) {
    return new TaskId(Attributes.textOf(item, PK).substring(TASK.length()));
  }

  static String due(TaskId id) {
    return due(Shard.of(id));
  }

  static String due(int shard) {
    return "watch#" + shard;
  }

  static String board(Status status, int shard) {
    return status.wireName() + "#" + shard;
  }
}
