package dev.treadle.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.treadle.Limits;
import dev.treadle.Outcome;
import dev.treadle.Reserve;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.Usage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of an agent's loop, as its head item stores it: small, and the only mutable item.
 *
 * <p>Immutable. Each transition returns the task with the next version; the store writes it only
 * over the version before, so of two writers that start from the same task exactly one wins.
 *
 * <pre>
 * running            claimed → running (leased) → advanced, released → running
 *                    advanced → waiting_for_human | done | failed
 *                    ended → failed
 * waiting_for_human  answered → running | waiting_for_human, ended → failed
 * failed             resumed → running
 * done               (never changes)
 * </pre>
 *
 * @param schema the version of the stored form; a newer one is refused, not damaged
 * @param iteration the one that runs next, counted from 1
 * @param outcome why the task stopped or waits; absent while it runs
 * @param since when status or outcome last changed
 * @param cancel an operator's request, honoured before the next action
 */
public record Task(
    int schema,
    TaskId id,
    String type,
    Origin origin,
    long version,
    int iteration,
    Status status,
    @Nullable Outcome outcome,
    Instant since,
    @Nullable Lease lease,
    Attempts attempts,
    Funds funds,
    Progress progress,
    Wake wake,
    @Nullable Cancel cancel) {
  public static final int SCHEMA = 1;

  /** What started the task. */
  public record Origin(String triggeredBy, Instant triggeredAt, @Nullable TaskId parent) {}

  /**
   * The claims of the current iteration and what the task may still fail.
   *
   * @param notBefore a claim before this time is too early
   * @param openClaims claims that neither committed nor released
   * @param given how many attempts the iteration started with
   * @param retriesLeft over the whole task
   */
  public record Attempts(Instant notBefore, int openClaims, int given, int left, int retriesLeft) {
    /** Claims of this iteration so far, the present one included. */
    int used() {
      return given - left;
    }

    /** Of the task's retries, with those of an iteration that was given up. */
    int retriesUnused() {
      return Math.max(0, retriesLeft - Math.max(0, used() - 1));
    }

    static Attempts fresh(Instant notBefore, int perIteration, int retriesLeft) {
      int given = Math.min(perIteration, 1 + Math.max(0, retriesLeft));
      return new Attempts(notBefore, 0, given, given, retriesLeft);
    }
  }

  /**
   * What the task may still spend.
   *
   * @param reserve what the next claim takes; nothing while calls are owed, because those ask no
   *     model
   * @param modelReserve what the next step that asks a model may spend
   * @param maxIterations the hard cap, which a resume may raise
   */
  public record Funds(
      long costMicrosLeft,
      long tokensLeft,
      int toolCallsLeft,
      Reserve reserve,
      Reserve modelReserve,
      Instant deadline,
      int maxIterations) {}

  /**
   * How far the task got.
   *
   * @param phase index of the current phase
   * @param phaseIterations iterations run in it
   * @param snapshot the newest snapshot's iteration; zero when there is none
   * @param checkpoint the newest checkpoint's iteration; zero when there is none
   * @param pendingCalls calls whose results are owed to the model
   * @param openApprovals pending calls that no human has decided
   * @param entriesHash links the newest journal entry
   */
  public record Progress(
      @JsonProperty("errors_in_a_row") int errorsInARow,
      int phase,
      int phaseIterations,
      int snapshot,
      int checkpoint,
      int pendingCalls,
      int openApprovals,
      String entriesHash) {
    /** For a resume: the errors are forgiven, and the phase has its iterations again. */
    Progress forgiven() {
      return new Progress(
          0, phase, 0, snapshot, checkpoint, pendingCalls, openApprovals, entriesHash);
    }

    Progress withOpenApprovals(int open) {
      return with(errorsInARow, open, entriesHash);
    }

    Progress withHash(String hash) {
      return with(errorsInARow, openApprovals, hash);
    }

    private Progress with(int errors, int open, String hash) {
      return new Progress(
          errors, phase, phaseIterations, snapshot, checkpoint, pendingCalls, open, hash);
    }
  }

  /**
   * When somebody looks at the task again.
   *
   * @param at absent once the task is terminal
   */
  public record Wake(@Nullable Instant at, Instant lastEnqueueAt) {}

  public Task {
    require(iteration >= 1, "iteration " + iteration + " is below 1", id);
    require(attempts.left() >= 0, "attempts left are below zero", id);
    require(funds.costMicrosLeft() >= 0, "money left is below zero", id);
    require(funds.tokensLeft() >= 0, "tokens left are below zero", id);
    require(progress.openApprovals() <= progress.pendingCalls(), "more approvals than calls", id);
    require(status.isTerminal() == (wake.at() == null), "wakeAt must be absent once ended", id);
    require(lease == null || status == Status.RUNNING, "only a running task is leased", id);
    require((status == Status.RUNNING) == (outcome == null), "a stop has a reason", id);
  }

  private static void require(boolean holds, String broken, TaskId id) {
    if (!holds) throw new IllegalStateException("task " + id + ": " + broken);
  }

  /** A task that nobody has claimed. */
  public static Task start(
      TaskId id, String type, Origin origin, Limits limits, Reserve reserve, Instant now) {
    Limits.Budget budget = limits.budget();
    return new Task(
        SCHEMA,
        id,
        type,
        origin,
        1,
        1,
        Status.RUNNING,
        null,
        now,
        null,
        Attempts.fresh(now, limits.retries().attemptsPerIteration(), limits.retries().perTask()),
        new Funds(
            budget.costMicros(),
            budget.tokens(),
            budget.toolCalls(),
            reserve,
            reserve,
            now.plus(budget.deadline()),
            limits.maxIterations()),
        new Progress(0, 0, 0, 0, 0, 0, 0, ""),
        new Wake(now, now),
        null);
  }

  public boolean isLeasedAt(Instant now) {
    return lease != null && lease.isLiveAt(now);
  }

  public boolean isHeldBy(String token) {
    return lease != null && lease.token().equals(token);
  }

  public boolean canPay() {
    return funds.costMicrosLeft() >= funds.reserve().costMicros()
        && funds.tokensLeft() >= funds.reserve().tokens();
  }

  /** Workers that claimed this iteration before the present one and never came back. */
  public int workersLost() {
    return Math.max(0, attempts.openClaims() - 1);
  }

  /** What the queue carries to have the current iteration run. */
  public StepMessage due() {
    return new StepMessage(id, iteration, progress.snapshot());
  }

  /** Takes the lease, one attempt and the reserve. */
  Task claimed(Lease taken) {
    demand(status == Status.RUNNING && attempts.left() > 0 && canPay(), "claim");
    return edit()
        .lease(taken)
        .attempts(
            new Attempts(
                attempts.notBefore(),
                attempts.openClaims() + 1,
                attempts.given(),
                attempts.left() - 1,
                attempts.retriesLeft()))
        .funds(
            funds.costMicrosLeft() - funds.reserve().costMicros(),
            funds.tokensLeft() - funds.reserve().tokens())
        .wakeAt(taken.until())
        .next();
  }

  /** Gives the lease back so that the same iteration runs again at {@code notBefore}. */
  Task released(
      Instant notBefore, Usage spent, boolean givesAttemptBack, String hash, Instant now) {
    demand(status == Status.RUNNING && lease != null, "release");
    Instant healAt = notBefore.plus(Defaults.HEAL_GRACE);
    return edit()
        .lease(null)
        .attempts(
            new Attempts(
                notBefore,
                0,
                attempts.given(),
                attempts.left() + (givesAttemptBack ? 1 : 0),
                attempts.retriesLeft()))
        .settled(spent)
        .hash(hash)
        // Nobody would look at a deadline that passes during the pause.
        .wake(healAt.isBefore(funds.deadline()) ? healAt : funds.deadline(), now)
        .next();
  }

  /**
   * Records the iteration: settles the reserve, counts the attempts, and moves on.
   *
   * @param nextReserve what the next step that asks a model may spend
   * @param owesCalls the next iteration runs a call that is owed to the model
   * @param attemptsPerIteration what the next iteration may have, if the task's retries allow
   */
  Task advanced(
      Usage spent,
      int toolCalls,
      Reserve nextReserve,
      boolean owesCalls,
      int attemptsPerIteration,
      Instant now) {
    demand(status == Status.RUNNING && lease != null, "advance");
    int retriesUsed = attempts.given() - attempts.left() - 1;
    TaskEdit edit = edit().settled(spent);
    edit.iteration = iteration + 1;
    edit.lease = null;
    edit.attempts = Attempts.fresh(now, attemptsPerIteration, attempts.retriesLeft() - retriesUsed);
    edit.funds =
        new Funds(
            edit.funds.costMicrosLeft(),
            edit.funds.tokensLeft(),
            edit.funds.toolCallsLeft() - toolCalls,
            owesCalls ? Reserve.NONE : nextReserve,
            nextReserve,
            funds.deadline(),
            funds.maxIterations());
    // The wake-up stays at the lease's end: a task that steps quickly rarely moves in the index.
    Instant atLeast = now.plus(Defaults.HEAL_GRACE);
    Instant kept = wake.at();
    edit.wake = new Wake(kept != null && kept.isAfter(atLeast) ? kept : atLeast, now);
    return edit.next();
  }

  /** The same version with other progress: only as part of a transition. */
  Task withProgress(Progress changed) {
    return edit().progress(changed).same();
  }

  /** The same version, poorer by what a child got: only as part of a transition. */
  Task paying(Limits.Budget slice) {
    return edit().paying(slice).same();
  }

  /** Waits for a human until {@code wakeAt}: only as part of a transition. */
  Task waiting(Outcome why, Instant wakeAt, Instant now) {
    TaskEdit edit = edit().lease(null);
    edit.status = Status.WAITING_FOR_HUMAN;
    edit.outcome = why;
    edit.since = now;
    edit.wake = new Wake(wakeAt, wake.lastEnqueueAt());
    return edit.same();
  }

  /** Terminal: only as part of a transition. */
  Task stopped(Outcome why, Instant now) {
    TaskEdit edit = edit().lease(null);
    edit.status = why.reason().status();
    edit.outcome = why;
    edit.since = now;
    edit.wake = new Wake(null, wake.lastEnqueueAt());
    return edit.same();
  }

  /** Ends the task outside a step. */
  Task ended(Outcome why, String hash, Instant now) {
    demand(!status.isTerminal(), "end");
    return edit().progress(progress.withOpenApprovals(0)).hash(hash).next().stopped(why, now);
  }

  /** A human answered: runs again, or waits on when nothing may run before another answer. */
  Task answered(Progress changed, String hash, Instant now) {
    demand(status == Status.WAITING_FOR_HUMAN, "answer");
    TaskEdit edit = edit().progress(changed).hash(hash);
    if (changed.openApprovals() == 0 || changed.openApprovals() < changed.pendingCalls()) {
      edit.running(now);
    }
    return edit.next();
  }

  /** Something was said or asked, and nothing may run yet. */
  Task stillWaiting(Instant wakeAt, String hash) {
    demand(status == Status.WAITING_FOR_HUMAN, "keep waiting");
    Instant end = funds.deadline();
    return edit().hash(hash).wakeAt(wakeAt.isBefore(end) ? wakeAt : end).next();
  }

  /** An operator lets a failed task go on, with raised limits. */
  Task resumed(Funds raised, Attempts fresh, String hash, Instant now) {
    demand(status == Status.FAILED, "resume");
    TaskEdit edit = edit().progress(progress.forgiven()).hash(hash).having(raised);
    edit.attempts = fresh;
    edit.cancel = null;
    return edit.running(now).next();
  }

  /** An operator gives it more to spend. */
  Task raised(Funds raised, String hash, Instant now) {
    demand(!status.isTerminal() && !isLeasedAt(now), "raise");
    return edit().hash(hash).having(raised).next();
  }

  /** An operator has it delivered again. */
  Task redriven(String hash, Instant now) {
    demand(status == Status.RUNNING && !isLeasedAt(now), "redrive");
    return edit().hash(hash).wake(now.plus(Defaults.HEAL_GRACE), now).next();
  }

  /** A new task that goes on after another's checkpoint, with everything else fresh. */
  Task forkedAt(int checkpoint, int phase, String hash) {
    TaskEdit edit = edit().progress(new Progress(0, phase, 0, checkpoint, checkpoint, 0, 0, hash));
    edit.iteration = checkpoint + 1;
    return edit.same();
  }

  /**
   * The same version; its worker and its messages are known to be lost, so the lease ends now and
   * the watchdog looks at once.
   */
  public Task abandoned(Instant now) {
    Instant at = attempts.notBefore().isAfter(now) ? attempts.notBefore() : now;
    TaskEdit edit = edit().wakeAt(at.truncatedTo(ChronoUnit.MINUTES));
    return edit.lease(lease == null ? null : new Lease(lease.token(), now)).same();
  }

  /** The same version; only the watchdog's and the healer's note of their send. */
  public Task resent(Instant now, Instant wakeAt) {
    return edit().wake(wakeAt, now).same();
  }

  /** The same version with a request to stop. */
  public Task cancelRequested(Cancel request) {
    return edit().cancel(request).same();
  }

  private void demand(boolean allowed, String transition) {
    if (!allowed) {
      throw new IllegalStateException(
          "cannot %s task %s from %s (lease %s, %s attempts left)"
              .formatted(transition, id, status.wireName(), lease, attempts.left()));
    }
  }

  private TaskEdit edit() {
    return new TaskEdit(this);
  }
}
