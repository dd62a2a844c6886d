package dev.treadle.engine;

import dev.treadle.Limits;
import dev.treadle.Outcome;
import dev.treadle.Reserve;
import dev.treadle.Status;
import dev.treadle.Usage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A task while a transition changes it; leaves as the same or the next version. */
final class TaskEdit {
  private final Task before;
  int iteration;
  Status status;
  @Nullable Outcome outcome;
  Instant since;
  @Nullable Lease lease;
  Task.Attempts attempts;
  Task.Funds funds;
  Task.Progress progress;
  Task.Wake wake;
  @Nullable Cancel cancel;

  TaskEdit(Task before) {
    this.before = before;
    iteration = before.iteration();
    status = before.status();
    outcome = before.outcome();
    since = before.since();
    lease = before.lease();
    attempts = before.attempts();
    funds = before.funds();
    progress = before.progress();
    wake = before.wake();
    cancel = before.cancel();
  }

  TaskEdit lease(@Nullable Lease changed) {
    lease = changed;
    return this;
  }

  TaskEdit attempts(Task.Attempts changed) {
    attempts = changed;
    return this;
  }

  TaskEdit having(Task.Funds changed) {
    funds = changed;
    return this;
  }

  TaskEdit cancel(Cancel request) {
    cancel = request;
    return this;
  }

  TaskEdit funds(long costMicrosLeft, long tokensLeft) {
    funds =
        new Task.Funds(
            costMicrosLeft,
            tokensLeft,
            funds.toolCallsLeft(),
            funds.reserve(),
            funds.modelReserve(),
            funds.deadline(),
            funds.maxIterations());
    return this;
  }

  /** Gives the reserve back and takes what was really spent. */
  TaskEdit settled(Usage spent) {
    // A provider that overran its reserve must not make the budget negative: nothing is left then.
    Reserve taken = funds.reserve();
    long cost = funds.costMicrosLeft() + taken.costMicros() - spent.costMicros();
    long tokens = funds.tokensLeft() + taken.tokens() - spent.tokens();
    return funds(Math.max(0, cost), Math.max(0, tokens));
  }

  TaskEdit paying(Limits.Budget slice) {
    funds =
        new Task.Funds(
            funds.costMicrosLeft() - slice.costMicros(),
            funds.tokensLeft() - slice.tokens(),
            funds.toolCallsLeft() - slice.toolCalls(),
            funds.reserve(),
            funds.modelReserve(),
            funds.deadline(),
            funds.maxIterations());
    return this;
  }

  TaskEdit progress(Task.Progress changed) {
    progress = changed;
    return this;
  }

  TaskEdit hash(String entriesHash) {
    progress = progress.withHash(entriesHash);
    return this;
  }

  TaskEdit wake(Instant at, Instant lastEnqueueAt) {
    wake = new Task.Wake(at, lastEnqueueAt);
    return this;
  }

  TaskEdit wakeAt(Instant at) {
    return wake(at, wake.lastEnqueueAt());
  }

  TaskEdit running(Instant now) {
    status = Status.RUNNING;
    outcome = null;
    since = now;
    return wake(now.plus(Defaults.HEAL_GRACE), now);
  }

  Task next() {
    return build(before.version() + 1);
  }

  Task same() {
    return build(before.version());
  }

  private Task build(long version) {
    return new Task(
        before.schema(),
        before.id(),
        before.type(),
        before.origin(),
        version,
        iteration,
        status,
        outcome,
        since,
        lease,
        attempts,
        funds,
        progress,
        wake,
        cancel);
  }
}
