package dev.treadle;

import java.time.Instant;
import java.util.Optional;

/**
 * Decides whether a task goes on. Pure, ordered, and the only place that decides it: the first rule
 * that applies wins, so a success on the last allowed iteration is a success.
 */
public final class Terminator {
  private Terminator() {}

  public static Verdict judge(Standing standing, Instant now) {
    return stop(standing, now)
        .<Verdict>map(Verdict.Stop::new)
        .or(() -> suspension(standing))
        .orElseGet(Verdict.Continue::new);
  }

  private static Optional<Outcome> stop(Standing s, Instant now) {
    if (s.cancelRequested()) return because(Reason.CANCELLED, "an operator cancelled the task");
    if (!now.isBefore(s.deadline())) {
      return because(Reason.DEADLINE_EXCEEDED, "the deadline was " + s.deadline());
    }
    if (isSuccess(s)) return completion(s);
    return capReached(s)
        .or(() -> failing(s))
        .or(() -> overspent(s))
        .or(() -> s.stuck().flatMap(what -> because(Reason.NO_PROGRESS_DETECTED, what)));
  }

  private static boolean isSuccess(Standing s) {
    return s.completion().filter(StepReport.Completion.OfTask.class::isInstance).isPresent()
        && s.pendingCalls() == 0;
  }

  private static Optional<Outcome> completion(Standing s) {
    return s.stale()
        .map(why -> because(Reason.STALE_OUTPUT, why))
        .orElseGet(() -> because(Reason.TASK_COMPLETE, "the model completed the task"));
  }

  private static Optional<Outcome> capReached(Standing s) {
    if (s.iteration() >= s.maxIterations()) {
      return because(
          Reason.MAX_ITERATIONS_REACHED, "all %d iterations are used".formatted(s.maxIterations()));
    }
    if (s.inLastPhase() && s.phaseIterationsLeft() <= 0) {
      return because(
          Reason.MAX_ITERATIONS_REACHED, "the last phase used all its iterations without an end");
    }
    return Optional.empty();
  }

  private static Optional<Outcome> failing(Standing s) {
    if (s.hopeless().isPresent()) return because(Reason.TOO_MANY_ERRORS, s.hopeless().get());
    if (s.errorsInARow() >= s.limits().patience().errorsInARowMax()) {
      return because(Reason.TOO_MANY_ERRORS, s.errorsInARow() + " errors in a row");
    }
    if (s.retriesLeft() < 0) {
      return because(
          Reason.RETRIES_EXHAUSTED,
          "all %d retries of the task are used".formatted(s.limits().retries().perTask()));
    }
    return Optional.empty();
  }

  private static Optional<Outcome> overspent(Standing s) {
    // A call that a human still decides about costs no model money.
    if (s.pendingCalls() > 0) return Optional.empty();
    if (s.costMicrosLeft() < s.nextReserve().costMicros()) {
      return because(
          Reason.BUDGET_EXHAUSTED,
          "the next step may cost %d micros, %d are left"
              .formatted(s.nextReserve().costMicros(), s.costMicrosLeft()));
    }
    if (s.tokensLeft() < s.nextReserve().tokens()) {
      return because(
          Reason.BUDGET_EXHAUSTED,
          "the next step may use %d tokens, %d are left"
              .formatted(s.nextReserve().tokens(), s.tokensLeft()));
    }
    if (s.toolCallsLeft() < 0) {
      return because(
          Reason.BUDGET_EXHAUSTED,
          "all %d tool calls are used".formatted(s.limits().budget().toolCalls()));
    }
    return Optional.empty();
  }

  private static Optional<Verdict> suspension(Standing s) {
    if (!s.waitsForHuman()) return Optional.empty();
    return Optional.of(
        new Verdict.Suspend(
            new Outcome(
                Reason.AWAITING_HUMAN_APPROVAL,
                s.pendingCalls() == 1
                    ? "1 action waits for a human"
                    : s.pendingCalls() + " actions wait for a human")));
  }

  private static Optional<Outcome> because(Reason reason, String detail) {
    return Optional.of(new Outcome(reason, detail));
  }
}
