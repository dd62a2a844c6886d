package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.CanonicalJson;
import dev.treadle.DecisionCheck;
import dev.treadle.TaskId;
import dev.treadle.ToolCall;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's record of one action: what was planned, whether it was started, and what came of it.
 *
 * @param key the action's identity and idempotency key, 32 hex digits
 * @param callId the model's name of the call
 * @param arguments frozen when the action was planned
 * @param approvalId the request that the action waits for, if a gate asked
 * @param startedBy the lease token of the worker that started it last
 * @param startedAt when it was started first: the other side remembers its key from then on
 * @param settledAfter when that worker is surely dead, so that the outcome can no longer change
 * @param result what the tool said, once it said it
 * @param revisedAs the row that a person's edit put in its place; this one is never started then
 */
public record LedgerRow(
    int schema,
    TaskId taskId,
    String key,
    int iteration,
    int ordinal,
    String callId,
    String tool,
    JsonNode arguments,
    String argumentsDigest,
    State state,
    @Nullable String approvalId,
    @Nullable String startedBy,
    @Nullable Instant startedAt,
    @Nullable Instant settledAfter,
    @Nullable JsonNode result,
    @Nullable String revisedAs) {
  public static final int SCHEMA = 1;

  /** The states of an action; see {@link ActionRun}. */
  public enum State {
    PLANNED,
    STARTED,
    SUCCEEDED,
    FAILED,
    UNKNOWN
  }

  /**
   * The key of an action: the task, the iteration that proposed it, the tool, and the place of the
   * call in the step.
   */
  public static String key(TaskId taskId, int iteration, String tool, int ordinal) {
    String identity = taskId.value() + ":" + iteration + ":" + tool + ":" + ordinal;
    return CanonicalJson.sha256(identity).substring(0, 32);
  }

  /**
   * A row for a call of the task's current iteration.
   *
   * @param asks a human decides first
   */
  static LedgerRow planned(Task task, int ordinal, ToolCall call, boolean asks) {
    String key = key(task.id(), task.iteration(), call.tool(), ordinal);
    return new LedgerRow(
        SCHEMA,
        task.id(),
        key,
        task.iteration(),
        ordinal,
        call.id(),
        call.tool(),
        call.arguments(),
        call.argumentsDigest(),
        State.PLANNED,
        asks ? key : null,
        null,
        null,
        null,
        null,
        null);
  }

  /**
   * What would run. The digest is that of the arguments themselves: the one beside them says only
   * what they once were.
   */
  public DecisionCheck.Action action() {
    return new DecisionCheck.Action(key, tool, call().argumentsDigest());
  }

  /** The call as the model asked for it. */
  public ToolCall call() {
    return new ToolCall(callId, tool, arguments);
  }

  LedgerRow startedBy(Lease lease, Instant now, Instant settled) {
    return with(State.STARTED, lease.token(), startedAt == null ? now : startedAt, settled, null);
  }

  LedgerRow settled(State outcome, JsonNode output) {
    return with(outcome, startedBy, startedAt, settledAfter, output);
  }

  LedgerRow unknown() {
    return with(State.UNKNOWN, startedBy, startedAt, settledAfter, null);
  }

  /** The worker that started it is known to be dead. */
  public LedgerRow settledBy(Instant death) {
    return with(state, startedBy, startedAt, death, result);
  }

  /** A human said that it did not happen and may run. */
  private LedgerRow plannedAgain() {
    return with(State.PLANNED, null, null, null, null);
  }

  private LedgerRow with(
      State changed,
      @Nullable String by,
      @Nullable Instant at,
      @Nullable Instant settled,
      @Nullable JsonNode output) {
    return new LedgerRow(
        schema,
        taskId,
        key,
        iteration,
        ordinal,
        callId,
        tool,
        arguments,
        argumentsDigest,
        changed,
        approvalId,
        by,
        at,
        settled,
        output,
        revisedAs);
  }

  /** The key of an action that a person edited: that of the proposed one, and which edit it was. */
  public static String revisedKey(String key, String argumentsDigest) {
    return CanonicalJson.sha256(key + ":" + argumentsDigest).substring(0, 32);
  }

  /** The row of the edited action, which its question names. */
  LedgerRow revised(Approval edited) {
    return new LedgerRow(
        schema,
        taskId,
        edited.actionKey(),
        iteration,
        ordinal,
        callId,
        tool,
        edited.action().arguments(),
        edited.action().argumentsDigest(),
        State.PLANNED,
        edited.id(),
        null,
        null,
        null,
        null,
        null);
  }

  LedgerRow revisedAs(String otherKey) {
    return new LedgerRow(
        schema,
        taskId,
        key,
        iteration,
        ordinal,
        callId,
        tool,
        arguments,
        argumentsDigest,
        state,
        approvalId,
        startedBy,
        startedAt,
        settledAfter,
        result,
        otherKey);
  }

  /**
   * A human said what became of it. The worker that was given up may have had the last word after
   * all: then that word stands.
   */
  LedgerRow resolved(boolean happened, String text) {
    if (state != State.UNKNOWN) return this;
    return happened ? settled(State.SUCCEEDED, TextNode.valueOf(text)) : plannedAgain();
  }

  /** An outcome may be written only over a start by the same worker that nobody has settled. */
  public static boolean maySettle(LedgerRow stored, LedgerRow outcome) {
    boolean isOpen = stored.state == State.STARTED || stored.state == State.UNKNOWN;
    return isOpen && java.util.Objects.equals(stored.startedBy, outcome.startedBy);
  }

  /** A start may be written only over the row that the worker has seen. */
  public static boolean mayStart(LedgerRow stored, LedgerRow seen) {
    return stored.state == seen.state && java.util.Objects.equals(stored.startedBy, seen.startedBy);
  }
}
