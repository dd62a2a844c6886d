package dev.treadle.engine;

import dev.treadle.Reason;
import dev.treadle.Status;
import java.time.Instant;

/**
 * What the table answers to a worker that wants to run an iteration.
 *
 * <p>{@link #of} is the one rule for it: the embedded store asks it before it writes, the DynamoDB
 * store asks it about the item that a failed condition brought back.
 */
public sealed interface Claim {
  /** The lease is this worker's; the task is as written. */
  record Granted(Task task) implements Claim {}

  /** An earlier worker died between commit and send: the current message must be sent again. */
  record AlreadyRecorded(Task task) implements Claim {}

  /** Another worker runs this iteration; this message may be the only one left, so keep it. */
  record Held(Instant until) implements Claim {}

  record TooEarly(Instant notBefore) implements Claim {}

  /** The table says that nobody needs this message. */
  record Obsolete() implements Claim {}

  /** The iteration may not run any more; one conditional write ends the task. */
  record Exhausted(Task task, Reason reason, String detail) implements Claim {}

  /** A newer engine wrote this task; this one must not touch it. */
  record Newer(int schema) implements Claim {}

  static Claim of(Task task, StepMessage message, Lease fresh, Instant now) {
    if (task.isHeldBy(fresh.token())) return new Granted(task); // Our claim; its reply was lost.
    if (task.status() != Status.RUNNING || message.iteration() > task.iteration()) {
      return new Obsolete();
    }
    if (message.iteration() < task.iteration()) return older(task, now);
    if (task.lease() instanceof Lease lease && lease.isLiveAt(now)) return new Held(lease.until());
    if (task.cancel() instanceof Cancel cancel) {
      return new Exhausted(task, Reason.CANCELLED, cancel.by() + ": " + cancel.why());
    }
    if (!now.isBefore(task.funds().deadline())) {
      return new Exhausted(
          task, Reason.DEADLINE_EXCEEDED, "the deadline was " + task.funds().deadline());
    }
    if (now.isBefore(task.attempts().notBefore())) {
      return new TooEarly(task.attempts().notBefore());
    }
    return affordable(task, fresh);
  }

  private static Claim older(Task task, Instant now) {
    // Re-sending whenever a message looks old would breed: wait until the current one is surely
    // lost.
    Instant healAt = task.wake().lastEnqueueAt().plus(Defaults.HEAL_GRACE);
    return task.isLeasedAt(now) || !now.isAfter(healAt)
        ? new Obsolete()
        : new AlreadyRecorded(task);
  }

  private static Claim affordable(Task task, Lease fresh) {
    Task.Attempts attempts = task.attempts();
    if (attempts.left() == 0) {
      return new Exhausted(
          task,
          Reason.RETRIES_EXHAUSTED,
          "iteration %d failed %d times".formatted(task.iteration(), attempts.given()));
    }
    if (!task.canPay()) {
      return new Exhausted(
          task,
          Reason.BUDGET_EXHAUSTED,
          "the next step may cost %d micros and %d tokens, left are %d and %d"
              .formatted(
                  task.funds().reserve().costMicros(),
                  task.funds().reserve().tokens(),
                  task.funds().costMicrosLeft(),
                  task.funds().tokensLeft()));
    }
    return new Granted(task.claimed(fresh));
  }
}
