package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.CanonicalJson;
import dev.treadle.Gate;
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
    @Nullable JsonNode result) {
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

  /** A row for a call of the task's current iteration. */
  static LedgerRow planned(Task task, int ordinal, ToolCall call, Gate.Ruling ruling) {
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
        ruling == Gate.Ruling.ASK ? key : null,
        null,
        null,
        null,
        null);
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
  LedgerRow plannedAgain() {
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
        output);
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
