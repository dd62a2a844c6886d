package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.Effect;
import dev.treadle.Invocation;
import dev.treadle.PastCall;
import dev.treadle.Redaction;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Carries one planned action to its outcome, wherever an earlier worker left it.
 *
 * <pre>
 * PLANNED ─before the call─▶ STARTED ─▶ SUCCEEDED | FAILED (the tool said so, clearly)
 *                               └─ crash, timeout, lost reply ─▶ UNKNOWN
 * STARTED by a dead worker: repeat with the key in its window | read back | UNKNOWN
 * UNKNOWN: only a human moves it, or the late word of the worker that started it
 * </pre>
 */
final class ActionRun {
  private final TaskStore store;
  private final ToolRunner runner;
  private final Worker worker;
  private final Iteration iteration;
  private final Task task;
  private final Supplier<List<PastCall>> past;

  ActionRun(
      TaskStore store,
      ToolRunner runner,
      Worker worker,
      Iteration iteration,
      Supplier<List<PastCall>> past) {
    this.store = store;
    this.runner = runner;
    this.worker = worker;
    this.iteration = iteration;
    this.task = iteration.task();
    this.past = past;
  }

  /** Where an action got. */
  sealed interface Carried {
    /** The row has its outcome: SUCCEEDED or FAILED. */
    record Settled(LedgerRow row) implements Carried {}

    /** Its worker may be cut before it is over, so nothing was begun. */
    record TooLate() implements Carried {}

    record Stopped(Interruption why) implements Carried {}
  }

  Carried carryOut(LedgerRow row, Tool tool) {
    return switch (row.state()) {
      case PLANNED -> startAndRun(row, tool);
      case STARTED -> resolve(row, tool);
      case SUCCEEDED, FAILED -> new Carried.Settled(row);
      case UNKNOWN -> new Carried.Stopped(new Interruption.InDoubt(row));
    };
  }

  private Carried startAndRun(LedgerRow seen, Tool tool) {
    Lease lease = lease();
    Instant now = worker.now();
    Duration limit = tool.terms().timeLimit();
    if (!iteration.hasTimeFor(limit, now)) return new Carried.TooLate();
    Optional<Tool.Wait> wait = tool.parked();
    if (wait.isPresent()) return later(wait.get().until(), wait.get().why(), false);
    LedgerRow started = seen.startedBy(lease, now, lease.until().plus(limit));
    return switch (store.start(task, seen, started)) {
      case HELD -> run(started, tool);
      case LOST -> new Carried.Stopped(new Interruption.Fenced());
      case CANCELLED -> new Carried.Stopped(new Interruption.Cancelled());
    };
  }

  private Carried run(LedgerRow started, Tool tool) {
    Duration limit = tool.terms().timeLimit();
    var work =
        new ToolRunner.Work<>(
            () -> tool.body().perform(started.arguments(), invocation(started.key(), limit)),
            limit);
    return switch (runner.run(List.of(work)).getFirst()) {
      case ToolRunner.Said<ToolOutcome>(ToolOutcome outcome) -> said(started, tool, outcome);
      case ToolRunner.Silent<ToolOutcome>(String why) -> silent(started, tool, why);
    };
  }

  private Carried said(LedgerRow started, Tool tool, ToolOutcome outcome) {
    return switch (outcome) {
      case ToolOutcome.Succeeded(JsonNode output) -> succeeded(started, output);
      case ToolOutcome.Failed(String why) -> failed(started, why);
      case ToolOutcome.Unavailable(String why, Duration after) ->
          isRepeatable(tool)
              ? repeatLater(started, tool, why, after)
              : failed(started, "did not happen: " + why);
    };
  }

  private Carried silent(LedgerRow started, Tool tool, String why) {
    if (isRepeatable(tool)) return repeatLater(started, tool, why, Duration.ZERO);
    return tool.terms().readBack().isPresent() ? askLater(started, why) : unknown(started);
  }

  private Carried succeeded(LedgerRow row, JsonNode output) {
    JsonNode kept = CallTexts.cappedBeside(row.arguments(), output);
    return settle(row.settled(LedgerRow.State.SUCCEEDED, kept));
  }

  private Carried failed(LedgerRow row, String why) {
    JsonNode kept =
        CallTexts.cappedBeside(row.arguments(), TextNode.valueOf(Redaction.byShape(why)));
    return settle(row.settled(LedgerRow.State.FAILED, kept));
  }

  private Carried unknown(LedgerRow row) {
    return settle(row.unknown());
  }

  /** Written whether or not the lease survived; what stands there then counts. */
  private Carried settle(LedgerRow outcome) {
    LedgerRow standing = store.settle(outcome);
    return switch (standing.state()) {
      case SUCCEEDED, FAILED -> new Carried.Settled(standing);
      case UNKNOWN -> new Carried.Stopped(new Interruption.InDoubt(standing));
      // A human or a later worker moved it on while this worker was away.
      case PLANNED, STARTED -> new Carried.Stopped(new Interruption.Fenced());
    };
  }

  private static boolean isRepeatable(Tool tool) {
    return tool.isReadOnly() || tool.effect() == Effect.IDEMPOTENT;
  }

  private Carried repeatLater(LedgerRow started, Tool tool, String why, Duration after) {
    Optional<Tool.Wait> wait = tool.parked();
    if (wait.isPresent()) return later(wait.get().until(), wait.get().why(), false);
    if (task.attempts().left() == 0) {
      return tool.isReadOnly() ? failed(started, "unavailable: " + why) : unknown(started);
    }
    Instant when = worker.now().plus(worker.backoff(task.attempts().used(), after));
    return later(when, started.tool() + ": " + why, true);
  }

  private Carried askLater(LedgerRow started, String why) {
    if (task.attempts().left() == 0) return unknown(started);
    Instant settledAfter = started.settledAfter();
    Instant backoff = worker.now().plus(worker.backoff(task.attempts().used(), Duration.ZERO));
    Instant when = settledAfter != null && settledAfter.isAfter(backoff) ? settledAfter : backoff;
    return later(when, started.tool() + ": " + why, true);
  }

  /** An earlier worker started it and never said what happened. */
  private Carried resolve(LedgerRow row, Tool tool) {
    Instant now = worker.now();
    if (tool.isReadOnly()) return startAndRun(row, tool);
    if (tool.effect() == Effect.IDEMPOTENT) {
      Instant startedAt = row.startedAt();
      // The repetition may arrive as late as this lease ends, by a clock that is not the starter's.
      boolean isInWindow =
          startedAt != null
              && lease().until().isBefore(startedAt.plus(tool.terms().repeatWindow()));
      return isInWindow ? startAndRun(row, tool) : unknown(row);
    }
    Optional<Tool.ReadBack> check = tool.terms().readBack();
    if (check.isEmpty()) return unknown(row);
    Instant settledAfter = row.settledAfter();
    // "It did not happen" holds only once the earlier worker can no longer make it happen.
    if (settledAfter != null && now.isBefore(settledAfter)) {
      return later(settledAfter, "an earlier worker may still be in " + tool.name(), false);
    }
    return readBack(row, tool, check.get());
  }

  private Carried readBack(LedgerRow row, Tool tool, Tool.ReadBack check) {
    Duration limit = tool.terms().timeLimit();
    if (!iteration.hasTimeFor(limit, worker.now())) return new Carried.TooLate();
    var work =
        new ToolRunner.Work<>(
            () -> check.whatHappened(row.arguments(), invocation(row.key(), limit)), limit);
    return switch (runner.run(List.of(work)).getFirst()) {
      case ToolRunner.Said<Optional<ToolOutcome>>(Optional<ToolOutcome> happened) ->
          happened.map(outcome -> foundOut(row, outcome)).orElseGet(() -> startAndRun(row, tool));
      case ToolRunner.Silent<Optional<ToolOutcome>>(String why) -> askLater(row, why);
    };
  }

  private Carried foundOut(LedgerRow row, ToolOutcome outcome) {
    return switch (outcome) {
      case ToolOutcome.Succeeded(JsonNode output) -> succeeded(row, output);
      case ToolOutcome.Failed(String why) -> failed(row, why);
      case ToolOutcome.Unavailable(String why, Duration _) -> askLater(row, why);
    };
  }

  private static Carried later(Instant when, String why, boolean burnsAttempt) {
    return new Carried.Stopped(new Interruption.Later(when, why, burnsAttempt));
  }

  private Invocation invocation(String key, Duration limit) {
    return new Invocation(task.id(), task.iteration(), key, limit, past);
  }

  private Lease lease() {
    Lease lease = task.lease();
    if (lease == null) throw new IllegalStateException("task " + task.id() + " is not leased");
    return lease;
  }
}
