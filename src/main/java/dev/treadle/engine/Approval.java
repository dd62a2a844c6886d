package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to a human to decide about one action, frozen when it was made.
 *
 * @param id the key of the action
 * @param argumentsDigest binds the decision to exactly these arguments
 * @param effect what the tool does to the world, in the tool's own words and class
 */
public record Approval(
    int schema,
    String id,
    TaskId taskId,
    int iteration,
    int ordinal,
    String tool,
    JsonNode arguments,
    String argumentsDigest,
    String effect,
    Instant createdAt,
    Instant expiresAt,
    State state,
    @Nullable String decidedBy,
    @Nullable Instant decidedAt,
    @Nullable String comment) {
  public static final int SCHEMA = 1;

  /** Open until decided, expired or overtaken by the end of the task. */
  public enum State {
    OPEN,
    APPROVED,
    REJECTED,
    EXPIRED,
    SUPERSEDED
  }

  static Approval open(LedgerRow row, String id, Tool tool, Instant createdAt, Instant expiresAt) {
    return new Approval(
        SCHEMA,
        id,
        row.taskId(),
        row.iteration(),
        row.ordinal(),
        row.tool(),
        row.arguments(),
        row.argumentsDigest(),
        tool.effect() + ", reach " + tool.blastRadius() + ": " + tool.description(),
        createdAt,
        expiresAt,
        State.OPEN,
        null,
        null,
        null);
  }

  Approval closed(State as, String by, Instant at, String why) {
    if (state != State.OPEN) {
      throw new IllegalStateException(
          "cannot close approval %s of task %s from %s".formatted(id, taskId, state));
    }
    return new Approval(
        schema,
        id,
        taskId,
        iteration,
        ordinal,
        tool,
        arguments,
        argumentsDigest,
        effect,
        createdAt,
        expiresAt,
        as,
        by,
        at,
        why);
  }

  /** The earliest expiry of those that are open, or {@code latest} if that comes first. */
  static Instant earliestExpiry(List<Approval> approvals, Instant latest) {
    return approvals.stream()
        .filter(Approval::isOpen)
        .map(Approval::expiresAt)
        .filter(latest::isAfter)
        .min(Instant::compareTo)
        .orElse(latest);
  }

  boolean isOpen() {
    return state == State.OPEN;
  }
}
