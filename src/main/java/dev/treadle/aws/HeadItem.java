package dev.treadle.aws;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.engine.Cancel;
import dev.treadle.engine.Lease;
import dev.treadle.engine.Shard;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.Stored;
import dev.treadle.engine.Task;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The head as a DynamoDB item: every field of {@link Task} is an attribute of its own, so that one
 * update with a condition can claim it.
 *
 * <p>DynamoDB bills a write by the whole item, names included, and the largest running task has to
 * stay below one unit of 1,024 bytes. Hence the short names; {@link #FIELDS} is their table.
 */
final class HeadItem {
  private enum Kind {
    TEXT,
    NUMBER,
    TIME
  }

  private record Field(String attribute, JsonPointer path, Kind kind) {
    static Field text(String attribute, String path) {
      return new Field(attribute, JsonPointer.compile(path), Kind.TEXT);
    }

    static Field number(String attribute, String path) {
      return new Field(attribute, JsonPointer.compile(path), Kind.NUMBER);
    }

    static Field time(String attribute, String path) {
      return new Field(attribute, JsonPointer.compile(path), Kind.TIME);
    }
  }

  private static final List<Field> FIELDS =
      List.of(
          Field.number("schema", "/schema"),
          Field.text("type", "/type"),
          Field.text("trig_by", "/origin/triggered_by"),
          Field.time("trig_at", "/origin/triggered_at"),
          Field.text("parent", "/origin/parent"),
          Field.number("ver", "/version"),
          Field.number("iter", "/iteration"),
          Field.text("status", "/status"),
          Field.text("reason", "/outcome/reason"),
          Field.text("detail", "/outcome/detail"),
          Field.time(TableKeys.SINCE, "/since"),
          Field.text("lease", "/lease/token"),
          Field.time("until", "/lease/until"),
          Field.time("not_bef", "/attempts/not_before"),
          Field.number("open", "/attempts/open_claims"),
          Field.number("given", "/attempts/given"),
          Field.number("left", "/attempts/left"),
          Field.number("retries", "/attempts/retries_left"),
          Field.number("cost", "/funds/cost_micros_left"),
          Field.number("tokens", "/funds/tokens_left"),
          Field.number("calls", "/funds/tool_calls_left"),
          Field.number("r_cost", "/funds/reserve/cost_micros"),
          Field.number("r_tokens", "/funds/reserve/tokens"),
          Field.number("m_cost", "/funds/model_reserve/cost_micros"),
          Field.number("m_tokens", "/funds/model_reserve/tokens"),
          Field.time("deadline", "/funds/deadline"),
          Field.number("max_iter", "/funds/max_iterations"),
          Field.number("errors", "/progress/errors_in_arow"),
          Field.number("phase", "/progress/phase"),
          Field.number("ph_iter", "/progress/phase_iterations"),
          Field.number("snap", "/progress/snapshot"),
          Field.number("check", "/progress/checkpoint"),
          Field.number("pending", "/progress/pending_calls"),
          Field.number("asks", "/progress/open_approvals"),
          Field.text("hash", "/progress/entries_hash"),
          Field.time("wake", "/wake/at"),
          Field.time("sent", "/wake/last_enqueue_at"),
          Field.text("c_by", "/cancel/by"),
          Field.text("c_why", "/cancel/why"),
          Field.time("c_at", "/cancel/at"));

  /** A newer engine's head is never written over: this engine would lose what it does not know. */
  private static final Expression UNDERSTOOD =
      Expression.of("#schema <= :schema", ":schema", Attributes.number(Task.SCHEMA));

  private static final Expression NOT_CANCELLED = Expression.of("attribute_not_exists(#c_at)");

  private HeadItem() {}

  static Map<String, AttributeValue> of(Task task) {
    JsonNode tree = Json.tree(task);
    Map<String, AttributeValue> item = new HashMap<>(TableKeys.head(task.id()));
    for (Field field : FIELDS) {
      JsonNode value = tree.at(field.path());
      if (!value.isMissingNode()) item.put(field.attribute(), attribute(field, value));
    }
    int id = 1;
    int keys = 2;
    if (leaves(tree) - id != item.size() - keys) {
      throw new IllegalStateException(
          "task %s: the table has no attribute for a field of %s".formatted(task.id(), tree));
    }
    Instant wakeAt = task.wake().at();
    if (wakeAt != null) {
      item.put(TableKeys.DUE_PK, Attributes.text(TableKeys.due(task.id())));
      item.put(TableKeys.WATCH_AT, Attributes.time(Shard.watchAt(wakeAt)));
    }
    int shard = Shard.of(task.id());
    item.put(TableKeys.BOARD_PK, Attributes.text(TableKeys.board(task.status(), shard)));
    return item;
  }

  /** Refuses a head that a newer engine wrote. */
  static Task task(Map<String, AttributeValue> item) {
    ObjectNode tree = Json.object().put("id", TableKeys.taskOf(item).value());
    for (Field field : FIELDS) {
      AttributeValue value = item.get(field.attribute());
      if (value != null) place(tree, field, value);
    }
    return Stored.task(tree);
  }

  static int schema(Map<String, AttributeValue> item) {
    AttributeValue schema = item.get("schema");
    return schema == null ? 0 : Integer.parseInt(schema.n());
  }

  private static AttributeValue attribute(Field field, JsonNode value) {
    return switch (field.kind()) {
      case TEXT -> Attributes.text(value.textValue());
      case NUMBER -> Attributes.number(value.longValue());
      case TIME -> Attributes.time(Instant.parse(value.textValue()));
    };
  }

  private static void place(ObjectNode tree, Field field, AttributeValue value) {
    JsonPointer parent = field.path().head();
    ObjectNode object = parent.matches() ? tree : tree.withObject(parent);
    String name = field.path().last().getMatchingProperty();
    switch (field.kind()) {
      case TEXT -> object.put(name, value.s());
      case NUMBER -> object.put(name, Long.parseLong(value.n()));
      case TIME -> object.put(name, Attributes.timeOf(value).toString());
    }
  }

  private static int leaves(JsonNode tree) {
    if (tree.isValueNode()) return 1;
    int leaves = 0;
    for (JsonNode child : tree) leaves += leaves(child);
    return leaves;
  }

  /** What {@link dev.treadle.engine.Claim#of} grants, as one condition. */
  static Expression claimable(StepMessage message, Lease lease, Instant now) {
    Map<String, AttributeValue> values =
        Map.of(
            ":running", Attributes.text("running"),
            ":iter", Attributes.number(message.iteration()),
            ":lease", Attributes.text(lease.token()),
            ":now", Attributes.time(now),
            ":none", Attributes.number(0));
    // A lease with our own token is a claim of ours whose reply was lost: it must not claim twice.
    String condition =
        "#status = :running AND #iter = :iter"
            + " AND (attribute_not_exists(#lease) OR (#lease <> :lease AND #until <= :now))"
            + " AND #not_bef <= :now AND #deadline > :now AND #left > :none"
            + " AND #cost >= #r_cost AND #tokens >= #r_tokens";
    return new Expression(condition, values).and(NOT_CANCELLED).and(UNDERSTOOD);
  }

  /**
   * What {@code Task.claimed} changes; the index moves only if the minute of the lease's end does.
   */
  static Expression claim(Lease lease) {
    Map<String, AttributeValue> values =
        Map.of(
            ":lease", Attributes.text(lease.token()),
            ":until", Attributes.time(lease.until()),
            ":watch", Attributes.time(Shard.watchAt(lease.until())),
            ":one", Attributes.number(1));
    String update =
        "SET #ver = #ver + :one, #lease = :lease, #until = :until, #open = #open + :one,"
            + " #left = #left - :one, #cost = #cost - #r_cost, #tokens = #tokens - #r_tokens,"
            + " #wake = :until, #watch_at = :watch";
    return new Expression(update, values);
  }

  /** What {@link dev.treadle.engine.Commit#of} asks of the head. */
  static Expression unchangedSince(Task from) {
    Expression expression = versionAndLease(from);
    Cancel cancel = from.cancel();
    if (cancel == null) return expression.and(NOT_CANCELLED);
    return expression.and(
        new Expression(
            "#c_by = :c_by AND #c_why = :c_why AND #c_at = :c_at",
            Map.of(
                ":c_by", Attributes.text(cancel.by()),
                ":c_why", Attributes.text(cancel.why()),
                ":c_at", Attributes.time(cancel.at()))));
  }

  /** What {@link dev.treadle.engine.Fence#of} asks of the head. */
  static Expression heldBy(Task mine) {
    return versionAndLease(mine).and(NOT_CANCELLED);
  }

  private static Expression versionAndLease(Task task) {
    Expression version =
        Expression.of("#ver = :ver", ":ver", Attributes.number(task.version())).and(UNDERSTOOD);
    return version.and(lease(task.lease()));
  }

  private static Expression lease(@Nullable Lease lease) {
    if (lease == null) return Expression.of("attribute_not_exists(#lease)");
    return new Expression(
        "#lease = :lease AND #until = :until",
        Map.of(":lease", Attributes.text(lease.token()), ":until", Attributes.time(lease.until())));
  }

  static Expression cancellable() {
    return new Expression(
            "(#status = :running OR #status = :waiting)",
            Map.of(
                ":running", Attributes.text("running"),
                ":waiting", Attributes.text("waiting_for_human")))
        .and(NOT_CANCELLED)
        .and(UNDERSTOOD);
  }

  static Expression cancel(Cancel cancel) {
    return new Expression(
        "SET #c_by = :c_by, #c_why = :c_why, #c_at = :c_at",
        Map.of(
            ":c_by", Attributes.text(cancel.by()),
            ":c_why", Attributes.text(cancel.why()),
            ":c_at", Attributes.time(cancel.at())));
  }

  static Expression sentAsSeen(Task seen) {
    return new Expression(
            "#ver = :ver AND #sent = :seen",
            Map.of(
                ":ver", Attributes.number(seen.version()),
                ":seen", Attributes.time(seen.wake().lastEnqueueAt())))
        .and(UNDERSTOOD);
  }

  static Expression resend(Instant now, Instant wakeAt) {
    return new Expression(
        "SET #sent = :now, #wake = :wake, #watch_at = :watch",
        Map.of(
            ":now", Attributes.time(now),
            ":wake", Attributes.time(wakeAt),
            ":watch", Attributes.time(Shard.watchAt(wakeAt))));
  }
}
