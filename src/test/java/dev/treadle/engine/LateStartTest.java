package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Agent;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lambda cuts a worker wherever it is: nothing is begun that it could cut in the middle. */
class LateStartTest {
  /** What is left for the calls of a step that has just begun. */
  private static final Duration FOR_CALLS = Defaults.FUNCTION_TIMEOUT.minus(Defaults.COMMIT_MARGIN);

  @Test
  void noActionIsStartedThatTheFunctionCouldCut() {
    World world = world(Move.of(call("c1", "look", "a"), call("c2", "send", "b")));
    world.faults.before("look", 1, () -> passing(world, FOR_CALLS.minusSeconds(19)));
    world.start();

    world.event();

    assertThat(world.outside.effects("send")).isZero();
    assertThat(world.table.ledger(World.ID))
        .extracting(LedgerRow::state)
        .containsExactly(LedgerRow.State.PLANNED);
    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("send")).isEqualTo(1);
    assertThat(world.script.modelCalls).isEqualTo(2);
    assertThat(world.entries().getFirst().attempt()).isEqualTo(1);
  }

  @Test
  void anActionThatJustFitsIsStarted() {
    World world = world(Move.of(call("c1", "look", "a"), call("c2", "send", "b")));
    world.faults.before("look", 1, () -> passing(world, FOR_CALLS.minusSeconds(20)));
    world.start();

    world.event();

    assertThat(world.outside.effects("send")).isEqualTo(1);
  }

  @Test
  void aReadThatTheFunctionCouldCutWaitsAndTheAnswerIsKept() {
    World world = world(Move.of(call("c1", "look", "a")));
    world.faults.before("model", 1, () -> passing(world, FOR_CALLS.minusSeconds(19)));
    world.start();

    world.event();

    assertThat(world.outside.arrivals).isEmpty();
    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.script.modelCalls).isEqualTo(2);
    assertThat(world.entries().getFirst().attempt()).isEqualTo(1);
  }

  @Test
  void theModelIsToldTheTimeOfTheFunctionAndNotOfTheLease() {
    World world = world(Move.of());

    world.play();

    assertThat(world.script.inputs.getFirst().timeLeft()).isEqualTo(FOR_CALLS);
  }

  @Test
  void aDeliveryThatComesLateInItsInvocationHasOnlyTheRest() {
    World world = world(Move.of(call("c1", "send", "a")));
    world.start();

    var _ = world.engine.deliver(world.task().due(), Duration.ofSeconds(24));

    assertThat(world.script.inputs.getFirst().timeLeft()).isEqualTo(Duration.ofSeconds(19));
    assertThat(world.outside.arrivals).isEmpty();
  }

  /** Each attempt reads again before the action, and reading alone takes all of its time. */
  @Test
  void aStepThatNeverHasTimeForItsActionEndsAfterItsAttempts() {
    World world = world(Move.of(call("c1", "look", "a"), call("c2", "send", "b")));
    for (int attempt = 1; attempt <= 10; attempt++) {
      world.faults.before("look", attempt, () -> passing(world, FOR_CALLS.minusSeconds(10)));
    }

    Task task = world.play();

    assertThat(task.outcome().reason()).isEqualTo(Reason.RETRIES_EXHAUSTED);
    assertThat(task.outcome().detail()).contains("too little time was left for send");
    assertThat(world.outside.effects("send")).isZero();
    assertThat(world.script.modelCalls).isEqualTo(1);
    // The first kept the answer, and each of the others was one of the three.
    assertThat(world.outside.arrivals).hasSize(4);
  }

  @Test
  void aStepWithMoreActionsThanFitComesForwardAndUsesUpNoAttempt() {
    World world =
        world(
            Move.of(
                call("c1", "send", "a"),
                call("c2", "send", "b"),
                call("c3", "send", "c"),
                call("c4", "send", "d"),
                call("c5", "send", "e"),
                call("c6", "send", "f")));
    for (int action = 1; action <= 6; action++) {
      world.faults.before("send", action, () -> passing(world, FOR_CALLS.minusSeconds(10)));
    }

    assertThat(world.play().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("send")).isEqualTo(6);
    assertThat(world.script.modelCalls).isEqualTo(2);
    assertThat(world.entries().getFirst().attempt()).isEqualTo(1);
  }

  @Test
  void aToolThatNoFunctionHasTimeForIsRefusedWhenItIsDeployed() {
    World world = world(Move.of());
    Agent most = with(world, Duration.ofSeconds(110));
    Agent more = with(world, Duration.ofMillis(110_001));

    assertThat(new AgentCatalog(List.of(most)).names()).containsExactly("clerk");
    assertThatThrownBy(() -> new AgentCatalog(List.of(more)))
        .hasMessage("agent clerk: tool send may take PT1M50.001S, but a step has PT1M50S");
  }

  private static Agent with(World world, Duration limit) {
    return Agent.named("clerk").tool(world.outside.send().withTimeLimit(limit)).build();
  }

  private static World world(Move first) {
    return new World(Script.moves(first, Move.complete()));
  }

  private static void passing(World world, Duration time) {
    world.now = world.now.plus(time);
  }
}
