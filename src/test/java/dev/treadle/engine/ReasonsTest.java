package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Agent;
import dev.treadle.Fault;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Every reason for which a task stops, reached by a task. */
class ReasonsTest {
  private static Reason reason(Task task) {
    return task.outcome().reason();
  }

  private static World world(Script.Brain brain, UnaryOperator<Limits> change) {
    return new World(brain, World.limits(change));
  }

  private static UnaryOperator<Limits> sameCallMax(int most) {
    return limits -> limits.withPatience(new Limits.Patience(3, most, 5));
  }

  private static UnaryOperator<Limits> money(long micros) {
    return limits ->
        limits.withBudget(new Limits.Budget(micros, 2_000_000, 500, Duration.ofDays(7)));
  }

  @Test
  void theCapOnIterationsStopsATaskThatGoesOn() {
    World world = world(IterationsTest.looking(100), limits -> limits.withMaxIterations(3));

    assertThat(reason(world.play())).isEqualTo(Reason.MAX_ITERATIONS_REACHED);
    assertThat(world.entries()).hasSize(3);
  }

  @Test
  void aSuccessOnTheLastAllowedIterationIsASuccess() {
    World world = world(IterationsTest.looking(2), limits -> limits.withMaxIterations(3));

    assertThat(reason(world.play())).isEqualTo(Reason.TASK_COMPLETE);
  }

  @Test
  void threeErrorsInARowStop() {
    World world =
        new World(Script.moves(Move.of().wrong("a"), Move.of().wrong("b"), Move.of().wrong("c")));

    assertThat(reason(world.play())).isEqualTo(Reason.TOO_MANY_ERRORS);
  }

  @Test
  void anExecutorThatThrowsIsAnErrorOfTheStep() {
    World world =
        new World(input -> {
          throw new IllegalArgumentException("step " + input.iteration());
        });

    assertThat(reason(world.play())).isEqualTo(Reason.TOO_MANY_ERRORS);
    assertThat(world.entries().getFirst().errors())
        .containsExactly("IllegalArgumentException: step 1");
  }

  @Test
  void aHopelessFaultStopsAtOnce() {
    World world =
        new World(input -> {
          throw new Script.Broken(new Fault.Hopeless("the key is wrong"));
        });

    Task task = world.play();

    assertThat(reason(task)).isEqualTo(Reason.TOO_MANY_ERRORS);
    assertThat(task.outcome().detail()).isEqualTo("the key is wrong");
    assertThat(world.entries()).hasSize(1);
  }

  @Test
  void theSameCallTwiceStops() {
    World world =
        new World(Script.moves(Move.of(call("c1", "look", "a")), Move.of(call("c2", "look", "a"))));

    assertThat(reason(world.play())).isEqualTo(Reason.NO_PROGRESS_DETECTED);
  }

  @Test
  void aPatientAgentIsWarnedBeforeItsThirdEqualCall() {
    World world =
        world(
            Script.moves(
                Move.of(call("c1", "look", "a")),
                Move.of(call("c2", "look", "a")),
                Move.of(call("c3", "look", "a"))),
            sameCallMax(3));

    assertThat(reason(world.play())).isEqualTo(Reason.NO_PROGRESS_DETECTED);
    assertThat(world.entries()).hasSize(3);
    assertThat(world.entries().get(1).notices().getFirst()).contains("A third time ends the task");
  }

  @Test
  void twoCallsThatAlternateWithoutAChangeStop() {
    Tool watch =
        Tool.readOnly(
                "watch", "Watches.", Outside.Text.class, (text, _) -> ToolOutcome.succeeded(text))
            .pollable(50);
    World world =
        new World(
            input -> {
              int n = input.iteration();
              return Move.of(call("c" + n, "watch", n % 2 == 0 ? "a" : "b"))
                  .noting(Json.object().put("n", n));
            },
            builder -> builder.tool(watch));

    Task task = world.play();

    assertThat(reason(task)).isEqualTo(Reason.NO_PROGRESS_DETECTED);
    assertThat(task.outcome().detail()).contains("alternate");
    assertThat(world.entries()).hasSize(6);
  }

  @Test
  void theSameErrorThreeTimesStopsEvenWithProgressBetween() {
    World world =
        new World(input -> {
          int n = input.iteration();
          return n % 2 == 1
              ? Move.of().wrong("no such page")
              : Move.of(call("c" + n, "look", "page " + n));
        });

    Task task = world.play();

    assertThat(reason(task)).isEqualTo(Reason.NO_PROGRESS_DETECTED);
    assertThat(task.outcome().detail()).contains("the same error 3 times: no such page");
  }

  @Test
  void iterationsThatChangeNothingStop() {
    World world = new World(_ -> Move.of());

    assertThat(reason(world.play())).isEqualTo(Reason.NO_PROGRESS_DETECTED);
    assertThat(world.entries()).hasSize(5);
  }

  @Test
  void aPolledToolMayRepeatWhileItsResultChanges() {
    World world =
        new World(input ->
            input.iteration() > 6
                ? Move.complete()
                : Move.of(call("c" + input.iteration(), "poll", "status")));
    for (int i = 0; i < 6; i++) {
      world.outside.refuse("poll", ToolOutcome.succeeded("state " + i));
    }

    assertThat(reason(world.play())).isEqualTo(Reason.TASK_COMPLETE);
  }

  @Test
  void aPolledToolStopsAtItsEqualResults() {
    World world = new World(input -> Move.of(call("c" + input.iteration(), "poll", "status")));

    assertThat(reason(world.play())).isEqualTo(Reason.NO_PROGRESS_DETECTED);
    assertThat(world.entries()).hasSize(3);
  }

  @Test
  void aBudgetThatCannotPayTheNextStepStops() {
    World world = world(IterationsTest.looking(100), money(5_000));

    assertThat(reason(world.play())).isEqualTo(Reason.BUDGET_EXHAUSTED);
    assertThat(world.script.microsSpent()).isEqualTo(4_000);
  }

  @Test
  void theModelIsToldWhenAFifthOfABudgetIsLeft() {
    World world = world(IterationsTest.looking(8), limits -> limits.withMaxIterations(10));

    world.play();

    assertThat(world.entries().get(7).notices())
        .containsExactly("2 of 10 iterations are left. Finish what matters and complete the task.");
  }

  @Test
  void theModelIsToldWhenAFifthOfItsMoneyIsLeft() {
    World world = world(IterationsTest.looking(100), money(10_000));

    world.play();

    assertThat(world.entries())
        .extracting(JournalItem.Entry::notices)
        .filteredOn(notices -> !notices.isEmpty())
        .containsExactly(
            List.of(
                "2000 of 10000 millionths of a dollar are left."
                    + " Finish what matters and complete the task."));
  }

  @Test
  void callsBeyondTheBudgetOfToolCallsAreNotPerformed() {
    World world =
        world(
            Script.moves(
                Move.of(call("c1", "look", "a"), call("c2", "look", "b")),
                Move.of(call("c3", "look", "c"), call("c4", "keep", "d"))),
            limits ->
                limits.withBudget(new Limits.Budget(5_000_000, 2_000_000, 3, Duration.ofDays(7))));

    assertThat(reason(world.play())).isEqualTo(Reason.BUDGET_EXHAUSTED);
    assertThat(world.outside.arrivals).hasSize(3);
    assertThat(world.outside.effects("keep")).isZero();
  }

  @Test
  void aGatedCallCountsOnceAgainstTheBudgetOfToolCalls() {
    World world = new World(Script.moves(Move.of(call("c1", "pay", "a")), Move.complete()));
    world.human = world::approveAll;

    assertThat(world.play().funds().toolCallsLeft()).isEqualTo(499);
  }

  @Test
  void theDeadlineEndsATaskThatWaitsToTryAgain() {
    World world =
        world(
            Script.moves(Move.of(call("c1", "look", "a"))),
            limits ->
                limits.withBudget(
                    new Limits.Budget(5_000_000, 2_000_000, 500, Duration.ofHours(1))));
    world.outside.refuse("look", new ToolOutcome.Unavailable("busy", Duration.ofHours(5)));

    Task task = world.play();

    assertThat(reason(task)).isEqualTo(Reason.DEADLINE_EXCEEDED);
    assertThat(task.since()).isBeforeOrEqualTo(World.START.plus(Duration.ofMinutes(61)));
  }

  @Test
  void aPauseWithoutEndEndsAtTheDeadline() {
    World world =
        world(
            Script.moves(Move.of(call("c1", "look", "a"))),
            limits ->
                limits.withBudget(
                    new Limits.Budget(5_000_000, 2_000_000, 500, Duration.ofHours(1))));
    world.outside.refuse(
        "look", new ToolOutcome.Unavailable("busy", Duration.ofSeconds(Long.MAX_VALUE)));

    assertThat(reason(world.play())).isEqualTo(Reason.DEADLINE_EXCEEDED);
  }

  @Test
  void theDeadlineEndsATaskThatWaitsForAHuman() {
    World world =
        world(
            Script.moves(Move.of(call("c1", "pay", "a"))),
            limits ->
                limits.withBudget(
                    new Limits.Budget(5_000_000, 2_000_000, 500, Duration.ofHours(1))));
    world.play();

    world.pass(Duration.ofHours(1));

    assertThat(reason(world.task())).isEqualTo(Reason.DEADLINE_EXCEEDED);
    assertThat(world.table.approvals(World.ID))
        .extracting(Approval::state)
        .containsExactly(Approval.State.SUPERSEDED);
  }

  @Test
  void attemptsThatAllFailEndTheTask() {
    World world =
        new World(_ -> {
          throw new Script.Broken(new Fault.Transient("529", Duration.ZERO));
        });

    Task task = world.play();

    assertThat(reason(task)).isEqualTo(Reason.RETRIES_EXHAUSTED);
    assertThat(world.script.modelCalls).isEqualTo(3);
    assertThat(task.outcome().detail()).contains("529");
  }

  @Test
  void anIdleTaskIsCancelledAtOnce() {
    World world = new World(Script.moves(Move.of(call("c1", "pay", "a"))));
    world.play();

    OperatorAnswer answer = world.operator.cancel(World.ID, "ann", "wrong bill");

    assertThat(answer).isEqualTo(new OperatorAnswer.Done(world.task()));
    assertThat(reason(world.task())).isEqualTo(Reason.CANCELLED);
    assertThat(world.table.approvals(World.ID).getFirst().state())
        .isEqualTo(Approval.State.SUPERSEDED);
  }

  @Test
  void aLeasedTaskIsCancelledBeforeItsNextAction() {
    World world = new World(Script.moves(Move.of(call("c1", "send", "a"))));
    world.faults.before("model", 1, () -> world.operator.cancel(World.ID, "ann", "stop"));

    assertThat(reason(world.play())).isEqualTo(Reason.CANCELLED);
    assertThat(world.outside.effects).isEmpty();
  }

  @Test
  void aLeasedTaskWithoutActionsIsCancelledByItsCommit() {
    World world = new World(Script.moves(Move.of(call("c1", "look", "a"))));
    world.faults.before("look", 1, () -> world.operator.cancel(World.ID, "ann", "stop"));

    assertThat(reason(world.play())).isEqualTo(Reason.CANCELLED);
    assertThat(world.entries()).hasSize(1);
  }

  @Test
  void aCancelDuringAnActionLetsItEndAndStartsNoOther() {
    World world =
        new World(Script.moves(Move.of(call("c1", "send", "a"), call("c2", "keep", "b"))));
    world.faults.before("send", 1, () -> world.operator.cancel(World.ID, "ann", "stop"));

    assertThat(reason(world.play())).isEqualTo(Reason.CANCELLED);
    assertThat(world.table.ledger(World.ID))
        .extracting(LedgerRow::state)
        .containsExactly(LedgerRow.State.SUCCEEDED, LedgerRow.State.PLANNED);
    assertThat(world.outside.effects("keep")).isZero();
  }

  @Test
  void aCancelThatMeetsTheCommitOfAWaitingTaskEndsIt() {
    World world = new World(Script.moves(Move.of(call("c1", "pay", "a"))));
    world.start();
    StepMessage first = world.task().due();
    Lease lease = world.worker.newLease(world.now);
    world.table.claim(first, lease, world.now);
    world.faults.before(
        "requestCancel",
        1,
        () -> {
          Task leased = world.task();
          Task waiting =
              leased
                  .advanced(dev.treadle.Usage.NONE, 0, Script.RESERVE, false, 3, world.now)
                  .waiting(
                      new dev.treadle.Outcome(Reason.AWAITING_HUMAN_APPROVAL, "1 action"),
                      world.now.plus(Duration.ofHours(24)),
                      world.now);
          world.table.commit(Change.of(leased, waiting));
        });

    world.operator.cancel(World.ID, "ann", "stop");

    assertThat(reason(world.task())).isEqualTo(Reason.CANCELLED);
  }

  @Test
  void aPinnedToolThatIsGoneStopsTheTask() {
    World world = new World(IterationsTest.looking(3));
    world.start();
    world.deploy(Agent.named("clerk").tool(world.outside.look()).build());

    Task task = world.run();

    assertThat(reason(task)).isEqualTo(Reason.DEFINITION_MISSING);
    assertThat(task.outcome().detail()).contains("tool keep is gone", "tool pay is gone");
  }

  @Test
  void aPinnedToolWithAnotherEffectStopsTheTask() {
    World world = new World(IterationsTest.looking(3), builder -> builder);
    world.start();
    List<Tool> changed =
        world.agent.tools().stream()
            .map(tool -> tool.name().equals("keep") ? renamed(world.outside.send()) : tool)
            .toList();
    Agent.Builder builder = Agent.named("clerk");
    changed.forEach(builder::tool);
    world.deploy(builder.build());

    Task task = world.run();

    assertThat(reason(task)).isEqualTo(Reason.DEFINITION_MISSING);
    assertThat(task.outcome().detail()).isEqualTo("tool keep has another schema or effect");
  }

  private static Tool renamed(Tool tool) {
    return new Tool(
        "keep",
        tool.description(),
        tool.input(),
        tool.effect(),
        tool.blastRadius(),
        tool.terms(),
        tool.review(),
        tool.dependency(),
        tool.halt(),
        tool.outward(),
        tool.body());
  }

  @Test
  void anAgentThatIsGoneStopsTheTask() {
    World world = new World(IterationsTest.looking(3));
    world.start();
    world.deploy(Agent.named("other").build());

    assertThat(reason(world.run())).isEqualTo(Reason.DEFINITION_MISSING);
  }

  @Test
  void aChangedInstructionDoesNotReachARunningTask() {
    World world = new World(IterationsTest.looking(1));
    world.start();
    Agent.Builder builder = Agent.named("clerk").instructions("Do something else.");
    world.agent.tools().forEach(builder::tool);
    world.deploy(builder.gate(Gate.STANDARD).build());

    assertThat(reason(world.run())).isEqualTo(Reason.TASK_COMPLETE);
    assertThat(world.script.inputs.getFirst().agent().instructions()).isEqualTo("Do it.");
  }

  @Test
  void anApprovalThatNobodyGivesExpires() {
    World world = new World(Script.moves(Move.of(call("c1", "pay", "a"))));
    world.play();

    world.pass(Duration.ofHours(24).minusSeconds(1));
    assertThat(world.task().status()).isEqualTo(Status.WAITING_FOR_HUMAN);
    world.pass(Duration.ofSeconds(60));

    assertThat(reason(world.task())).isEqualTo(Reason.APPROVAL_EXPIRED);
    assertThat(world.table.approvals(World.ID).getFirst().state())
        .isEqualTo(Approval.State.EXPIRED);
  }

  @Test
  void aHumanMayRejectAndStop() {
    World world = new World(Script.moves(Move.of(call("c1", "pay", "a"))));
    world.play();

    world.decide(Decision.Choice.REJECT_AND_STOP);

    assertThat(reason(world.task())).isEqualTo(Reason.HUMAN_REJECTED_ACTION);
    assertThat(world.outside.effects).isEmpty();
  }

  @Test
  void whoRejectsOneActionAndStopsHasNotRejectedTheOthers() {
    World world = new World(Script.moves(Move.of(call("a", "pay", "a"), call("b", "pay", "b"))));
    world.play();
    Approval asked = world.openApproval();
    world.decide(Decision.Choice.REJECT_AND_STOP);

    assertThat(world.task().status()).isEqualTo(Status.FAILED);
    assertThat(world.table.approvals(World.ID))
        .extracting(Approval::state)
        .containsExactlyInAnyOrder(Approval.State.REJECTED, Approval.State.SUPERSEDED);
    assertThat(world.table.approval(World.ID, asked.id()).orElseThrow().state())
        .isEqualTo(Approval.State.REJECTED);
  }

  @Test
  void anActionOfUnknownOutcomeWaitsForAHuman() {
    World world = new World(Script.moves(Move.of(call("c1", "send", "a"))));
    world.faults.at("send", 1, Fate.LOSE_REPLY);

    Task task = world.play();

    assertThat(task.status()).isEqualTo(Status.WAITING_FOR_HUMAN);
    assertThat(reason(task)).isEqualTo(Reason.OUTCOME_UNKNOWN);
  }

  @Test
  void aStateThatOutgrowsItsSnapshotStops() {
    World world =
        new World(input ->
            Move.of().noting(Json.object().put("part" + input.iteration(), "x".repeat(300_000))));

    Task task = world.play();

    assertThat(reason(task)).isEqualTo(Reason.STATE_TOO_LARGE);
    assertThat(world.entries()).hasSizeLessThan(10);
  }
}
