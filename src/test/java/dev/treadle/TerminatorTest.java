package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TerminatorTest {
  private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

  /** A standing that may be spoilt in one respect after the other. */
  private record Sketch(
      boolean cancelled,
      boolean late,
      Optional<StepReport.Completion> completion,
      int iteration,
      int phaseLeft,
      int errors,
      int retriesLeft,
      Optional<String> hopeless,
      long costLeft,
      long tokensLeft,
      int callsLeft,
      Optional<String> stuck,
      int pending,
      boolean waits) {
    static final Sketch GOOD =
        new Sketch(
            false,
            false,
            Optional.empty(),
            3,
            5,
            0,
            20,
            Optional.empty(),
            1_000,
            1_000,
            10,
            Optional.empty(),
            0,
            false);

    Standing standing() {
      return new Standing(
          Limits.DEFAULT,
          iteration,
          25,
          errors,
          retriesLeft,
          costLeft,
          tokensLeft,
          callsLeft,
          new Reserve(100, 100),
          late ? NOW : NOW.plus(Duration.ofMillis(1)),
          cancelled,
          true,
          phaseLeft,
          pending,
          waits,
          completion,
          hopeless,
          stuck,
          Optional.empty());
    }
  }

  private static Verdict judge(Sketch sketch) {
    return Terminator.judge(sketch.standing(), NOW);
  }

  private static Reason reason(Sketch sketch) {
    return switch (judge(sketch)) {
      case Verdict.Stop(Outcome outcome) -> outcome.reason();
      case Verdict.Suspend(Outcome outcome) -> outcome.reason();
      case Verdict.Continue() -> throw new AssertionError("continues: " + sketch);
    };
  }

  private record Rule(Reason reason, UnaryOperator<Sketch> spoil) {}

  private static final List<Rule> ORDER =
      List.of(
          new Rule(Reason.CANCELLED, s -> with(s, true, s.late, s.completion, s.iteration)),
          new Rule(
              Reason.DEADLINE_EXCEEDED, s -> with(s, s.cancelled, true, s.completion, s.iteration)),
          new Rule(
              Reason.TASK_COMPLETE,
              s ->
                  with(
                      s,
                      s.cancelled,
                      s.late,
                      Optional.of(new StepReport.Completion.OfTask(Json.object())),
                      s.iteration)),
          new Rule(
              Reason.MAX_ITERATIONS_REACHED, s -> with(s, s.cancelled, s.late, s.completion, 25)),
          new Rule(Reason.TOO_MANY_ERRORS, s -> counts(s, 3, s.retriesLeft, s.costLeft, s.stuck)),
          new Rule(Reason.RETRIES_EXHAUSTED, s -> counts(s, s.errors, -1, s.costLeft, s.stuck)),
          new Rule(Reason.BUDGET_EXHAUSTED, s -> counts(s, s.errors, s.retriesLeft, 99, s.stuck)),
          new Rule(
              Reason.NO_PROGRESS_DETECTED,
              s -> counts(s, s.errors, s.retriesLeft, s.costLeft, Optional.of("circles"))));

  private static Sketch with(
      Sketch s,
      boolean cancelled,
      boolean late,
      Optional<StepReport.Completion> completion,
      int iteration) {
    return new Sketch(
        cancelled,
        late,
        completion,
        iteration,
        s.phaseLeft,
        s.errors,
        s.retriesLeft,
        s.hopeless,
        s.costLeft,
        s.tokensLeft,
        s.callsLeft,
        s.stuck,
        s.pending,
        s.waits);
  }

  private static Sketch counts(
      Sketch s, int errors, int retriesLeft, long costLeft, Optional<String> stuck) {
    return new Sketch(
        s.cancelled,
        s.late,
        s.completion,
        s.iteration,
        s.phaseLeft,
        errors,
        retriesLeft,
        s.hopeless,
        costLeft,
        s.tokensLeft,
        s.callsLeft,
        stuck,
        s.pending,
        s.waits);
  }

  private static Sketch pending(Sketch s, int pending, boolean waits) {
    return new Sketch(
        s.cancelled,
        s.late,
        s.completion,
        s.iteration,
        s.phaseLeft,
        s.errors,
        s.retriesLeft,
        s.hopeless,
        s.costLeft,
        s.tokensLeft,
        s.callsLeft,
        s.stuck,
        pending,
        waits);
  }

  @Test
  void aTaskInGoodOrderContinues() {
    assertThat(judge(Sketch.GOOD)).isEqualTo(new Verdict.Continue());
  }

  @Test
  void eachRuleAloneGivesItsReason() {
    for (Rule rule : ORDER) {
      assertThat(reason(rule.spoil().apply(Sketch.GOOD))).isEqualTo(rule.reason());
    }
  }

  @Test
  void theEarlierOfTwoRulesWins() {
    List<String> judged = new ArrayList<>();
    for (int first = 0; first < ORDER.size(); first++) {
      for (int second = first + 1; second < ORDER.size(); second++) {
        Sketch both = ORDER.get(second).spoil().apply(ORDER.get(first).spoil().apply(Sketch.GOOD));
        assertThat(reason(both))
            .as("%d over %d", first, second)
            .isEqualTo(ORDER.get(first).reason());
        judged.add(first + "/" + second);
      }
    }
    assertThat(judged).hasSize(28);
  }

  @Test
  void everyStopComesBeforeTheSuspension() {
    Sketch waiting = pending(Sketch.GOOD, 1, true);
    assertThat(judge(waiting)).isInstanceOf(Verdict.Suspend.class);
    assertThat(reason(waiting)).isEqualTo(Reason.AWAITING_HUMAN_APPROVAL);
    for (Rule rule : ORDER) {
      // A completion waits for what is owed, and an owed call needs no model money.
      if (rule.reason() == Reason.TASK_COMPLETE || rule.reason() == Reason.BUDGET_EXHAUSTED) {
        continue;
      }
      assertThat(judge(rule.spoil().apply(waiting)))
          .as("%s", rule.reason())
          .isInstanceOf(Verdict.Stop.class);
    }
  }

  @Test
  void aTaskWithAnOwedCallThatMayRunGoesOnEvenWithoutMoney() {
    Sketch poor = counts(pending(Sketch.GOOD, 2, false), 0, 20, 0, Optional.empty());

    assertThat(judge(poor)).isEqualTo(new Verdict.Continue());
  }

  @Test
  void aCompletionWithAnOwedCallIsNotYetASuccess() {
    Sketch early = pending(ORDER.get(2).spoil().apply(Sketch.GOOD), 1, true);

    assertThat(reason(early)).isEqualTo(Reason.AWAITING_HUMAN_APPROVAL);
  }
}
