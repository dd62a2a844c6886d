package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.BlastRadius;
import dev.treadle.Gate;
import dev.treadle.Outward;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.StepInput;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.Turn;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ForkAndResumeTest {
  private static final TaskId FORK = new TaskId("t-2");

  private static Fork fork(World world) {
    return new Fork(world.store, world.queue, world.agents, world.script, world.worker);
  }

  @Test
  void aForkGoesOnFromTheCheckpointWithItsOwnLedger() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "keep", "a")).noting(dev.treadle.Json.object().put("n", 1)),
                Move.of(call("c2", "keep", "b")),
                Move.complete()));
    world.play();

    OperatorAnswer answer = fork(world).fork(World.ID, 1, FORK, "ann", "another try");

    assertThat(answer).isInstanceOf(OperatorAnswer.Done.class);
    world.run();
    Task forked = world.table.find(FORK).orElseThrow();
    assertThat(forked.status()).isEqualTo(Status.DONE);
    assertThat(forked.origin().parent()).isEqualTo(World.ID);
    assertThat(world.outside.effects("keep")).isEqualTo(3);
    assertThat(world.table.ledger(FORK)).extracting(LedgerRow::iteration).containsExactly(2);
    assertThat(JournalCheck.of(forked, world.table.journal(FORK, "LOG#")))
        .isEqualTo(new JournalCheck.Intact());
    StepInput second = world.script.inputs.get(3);
    assertThat(second.workingMemory().path("n").asInt()).isEqualTo(1);
    assertThat(second.turns()).hasSize(1);
  }

  @Test
  void aForkOfWhatAStrangerStartedIsNoMoreTrustedThanItsSource() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "keep", "a")),
                Move.of(call("c2", "send", "b")),
                Move.complete()));
    world.starter().start(World.request(World.ID).put("triggered_by", "webhook:orders"));
    world.run();

    fork(world).fork(World.ID, 1, FORK, "ann", "another try");
    world.run();

    assertThat(world.table.find(FORK).orElseThrow().status()).isEqualTo(Status.WAITING_FOR_HUMAN);
    assertThat(world.outside.effects("send")).isZero();
  }

  @Test
  void aForkIsToldThatPendingCallsAreNotPerformedAndKeepsWhatWasAnswered() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "look", "a")),
                Move.of(call("c1", "pay", "b")),
                Move.complete()));
    world.play();

    fork(world).fork(World.ID, 2, FORK, "ann", "another try");
    world.run();

    List<Turn> turns = world.script.inputs.getLast().turns();
    assertThat(world.table.find(FORK).orElseThrow().status()).isEqualTo(Status.DONE);
    assertThat(turns.get(0).results().getFirst().text()).contains("seen a");
    assertThat(turns.get(1).results().getFirst().text()).startsWith("not performed");
    assertThat(turns.get(1).results().getFirst().pending()).isFalse();
    assertThat(world.outside.effects).isEmpty();
  }

  @Test
  void aForkTrustsAStrangersInputNoMoreThanItsSourceDid() {
    List<String> shared = new ArrayList<>();
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "keep", "a")),
                Move.of(call("c2", "share", "bills")),
                Move.of(call("c3", "share", "bills"))),
            agent ->
                agent.tool(share(shared)).gate(Gate.STANDARD.with("share", Gate.Ruling.ALLOW)));
    ObjectNode request = World.request(World.ID).put("triggered_by", "webhook:shop");
    world.starter().start(request);
    world.run();
    assertThat(world.task().outcome().reason()).isEqualTo(Reason.AWAITING_HUMAN_APPROVAL);

    fork(world).fork(World.ID, 1, FORK, "person:ann", "another try");
    TaskId again = new TaskId("t-3");
    world.run();
    fork(world).fork(FORK, 2, again, "person:ann", "and another");
    world.run();

    for (TaskId each : List.of(FORK, again)) {
      Task forked = world.table.find(each).orElseThrow();
      assertThat(forked.origin().triggeredBy()).isEqualTo("person:ann");
      assertThat(forked.outcome().reason()).isEqualTo(Reason.AWAITING_HUMAN_APPROVAL);
      assertThat(world.table.approvals(each))
          .allSatisfy(asked -> assertThat(asked.grounds().tainted()).isTrue());
    }
    assertThat(shared).isEmpty();
  }

  /** Allowed where a trusted input points. */
  private static Tool share(List<String> shared) {
    return Tool.irreversible(
            "share",
            "Shares with somebody.",
            BlastRadius.LOW,
            Outside.Text.class,
            (with, _) -> {
              shared.add(with.text());
              return ToolOutcome.succeeded("shared");
            })
        .reaching(Outward.by("text"));
  }

  @Test
  void onlyACheckpointCanBeForked() {
    World world = new World(Script.moves(Move.of(call("c1", "look", "a")), Move.complete()));
    world.play();

    OperatorAnswer answer = fork(world).fork(World.ID, 1, FORK, "ann", "another try");

    assertThat(answer)
        .isEqualTo(
            new OperatorAnswer.Refused("iteration 1 of task t-1 is no checkpoint; there are [2]"));
    assertThat(world.table.find(FORK)).isEmpty();
  }

  @Test
  void aForkKeepsTheIdOfNoOtherTask() {
    World world = new World(Script.moves(Move.complete()));
    world.play();

    assertThat(fork(world).fork(World.ID, 1, World.ID, "ann", "another try"))
        .isEqualTo(new OperatorAnswer.Refused("task t-1 exists already"));
  }

  @Test
  void aFailedTaskGoesOnWithRaisedLimits() {
    World world =
        new World(IterationsTest.looking(5), World.limits(limits -> limits.withMaxIterations(3)));
    world.play();

    world.resume();
    Task task = world.run();

    assertThat(task.status()).isEqualTo(Status.DONE);
    assertThat(world.entries()).hasSize(6);
    assertThat(task.funds().maxIterations()).isEqualTo(13);
  }

  @Test
  void aRaiseThatNoNumberCanHoldIsRefused() {
    Duration day = Duration.ofDays(1);
    for (Supplier<Raise> raise :
        List.<Supplier<Raise>>of(
            () -> new Raise(Integer.MAX_VALUE, 0, 0, 0, 0, day),
            () -> new Raise(1, Integer.MAX_VALUE, 0, 0, 0, day),
            () -> new Raise(1, 0, Long.MAX_VALUE, 0, 0, day),
            () -> new Raise(1, 0, 0, Long.MAX_VALUE, 0, day),
            () -> new Raise(1, 0, 0, 0, Integer.MAX_VALUE, day))) {
      assertThatThrownBy(raise::get).hasMessageContaining("by at most 10000");
    }
  }

  @Test
  void aTaskThatWentInCirclesGetsAFreshWindow() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "look", "a")),
                Move.of(call("c2", "look", "a")),
                Move.of(call("c3", "look", "a")),
                Move.complete()));
    assertThat(world.play().outcome().reason()).isEqualTo(Reason.NO_PROGRESS_DETECTED);

    world.resume();

    assertThat(world.run().status()).isEqualTo(Status.DONE);
  }

  @Test
  void aCancelledTaskGoesOnWhereItStoppedWithoutRepeatingAnAction() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "send", "a"), call("c2", "keep", "b")), Move.complete()));
    world.faults.before("send", 1, () -> world.operator.cancel(World.ID, "ann", "stop"));
    world.play();

    world.resume();

    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("send")).isEqualTo(1);
    assertThat(world.outside.effects("keep")).isEqualTo(1);
    assertThat(world.script.modelCalls).isEqualTo(2);
  }

  @Test
  void aTaskThatIsDoneOrRunsCannotBeResumed() {
    World world = new World(Script.moves(Move.complete()));
    world.start();
    assertThat(world.resume()).isInstanceOf(OperatorAnswer.Refused.class);

    world.run();

    assertThat(world.resume()).isInstanceOf(OperatorAnswer.Refused.class);
    assertThat(world.task().status()).isEqualTo(Status.DONE);
  }
}
