package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Fault;
import dev.treadle.Limits;
import dev.treadle.Reason;
import dev.treadle.Reserve;
import dev.treadle.Status;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.ToolOutcome;
import dev.treadle.Turn;
import dev.treadle.Usage;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private static final Script.Brain LOOKING =
      Script.moves(Move.of(call("c1", "look", "a")), Move.complete());

  private static ToolOutcome busy(Duration after) {
    return new ToolOutcome.Unavailable("503", after);
  }

  private static Turn.CallReply heard(World world) {
    return world.script.inputs.getLast().turns().getFirst().results().getFirst();
  }

  /** A model that fails so often in a row before each answer. */
  private static Script.Brain flaky(int failures, Duration retryAfter, Script.Brain then) {
    AtomicInteger failed = new AtomicInteger();
    return input -> {
      if (failed.getAndIncrement() % (failures + 1) < failures) {
        throw new Script.Broken(new Fault.Transient("429", retryAfter));
      }
      return then.think(input);
    };
  }

  @Test
  void aTransientFaultOfTheModelIsTriedAgainAfterTheAskedPause() {
    World world = new World(flaky(1, Duration.ofSeconds(40), LOOKING));

    assertThat(world.play().status()).isEqualTo(Status.DONE);
    assertThat(world.now).isBetween(World.START.plusSeconds(80), World.START.plusSeconds(82));
    assertThat(world.task().attempts().retriesLeft()).isEqualTo(18);
    assertThat(world.entries()).extracting(JournalItem.Entry::attempt).containsExactly(2, 2);
  }

  @Test
  void theRetriesOfATaskEndWithItsBudgetOfRetries() {
    World world =
        new World(
            flaky(1, Duration.ZERO, IterationsTest.looking(20)),
            World.limits(limits -> limits.withRetries(new Limits.Retries(3, 2))));

    Task task = world.play();

    assertThat(task.outcome().reason()).isEqualTo(Reason.RETRIES_EXHAUSTED);
    assertThat(world.entries()).hasSize(2);
    assertThat(world.script.modelCalls).isEqualTo(5);
  }

  @Test
  void workersThatDieUseUpTheAttempts() {
    World world = new World(LOOKING);
    for (int nth = 1; nth <= 3; nth++) world.faults.at("model", nth, Fate.DIE_AFTER);

    Task task = world.play();

    assertThat(task.outcome().reason()).isEqualTo(Reason.RETRIES_EXHAUSTED);
    assertThat(world.script.modelCalls).isEqualTo(3);
  }

  @Test
  void aResumeDoesNotGiveUsedRetriesBack() {
    World world = new World(LOOKING);
    for (int nth = 1; nth <= 3; nth++) world.faults.at("model", nth, Fate.DIE_AFTER);
    world.play();

    world.resume();

    assertThat(world.task().attempts().retriesLeft()).isEqualTo(20 - 2 + Raise.USUAL.retries());
  }

  @Test
  void moneyOfStepsThatDiedIsNeverSpentTwice() {
    Move dear = Move.of(call("c1", "look", "a")).costing(new Usage(100, 10, 2_000));
    World world =
        new World(
            _ -> dear,
            World.limits(limits ->
                limits
                    .withBudget(new Limits.Budget(5_000, 2_000_000, 500, Duration.ofDays(7)))
                    .withRetries(new Limits.Retries(50, 50))));
    for (int nth = 1; nth <= 20; nth++) world.faults.at("model", nth, Fate.DIE_AFTER);

    Task task = world.play();

    assertThat(task.outcome().reason()).isEqualTo(Reason.BUDGET_EXHAUSTED);
    assertThat(world.script.microsSpent()).isEqualTo(4_000);
  }

  @Test
  void whatAStepDidNotSpendGoesBackToTheBudget() {
    World world = new World(LOOKING);

    assertThat(world.play().funds().costMicrosLeft()).isEqualTo(5_000_000 - 2_000);
    assertThat(world.task().funds().tokensLeft()).isEqualTo(2_000_000 - 220);
  }

  @Test
  void aReadIsTriedAgainWithoutAskingTheModelAgain() {
    World world = new World(LOOKING);
    world.outside.refuse("look", busy(Duration.ofSeconds(30)));

    assertThat(world.play().status()).isEqualTo(Status.DONE);
    assertThat(world.script.modelCalls).isEqualTo(2);
    assertThat(world.outside.arrivals).hasSize(2);
    assertThat(world.now).isAfterOrEqualTo(World.START.plusSeconds(30));
  }

  @Test
  void aReadThatStaysUnavailableIsToldToTheModel() {
    World world = new World(LOOKING);
    world.outside.refuse("look", busy(Duration.ZERO), busy(Duration.ZERO), busy(Duration.ZERO));

    assertThat(world.play().status()).isEqualTo(Status.DONE);
    assertThat(heard(world).text()).isEqualTo("unavailable: 503");
    assertThat(world.script.modelCalls).isEqualTo(2);
  }

  @Test
  void anUnavailableActionWithoutAKeyDidNotHappenAndTheModelHearsIt() {
    World world = new World(Script.moves(Move.of(call("c1", "send", "a")), Move.complete()));
    world.outside.refuse("send", busy(Duration.ZERO));

    assertThat(world.play().status()).isEqualTo(Status.DONE);
    assertThat(heard(world).text()).isEqualTo("did not happen: 503");
    assertThat(world.outside.arrivals).hasSize(1);
  }

  @Test
  void anUnavailableActionWithAKeyIsTriedAgain() {
    World world = new World(Script.moves(Move.of(call("c1", "keep", "a")), Move.complete()));
    world.outside.refuse("keep", busy(Duration.ofMinutes(20)));

    assertThat(world.play().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.arrivals)
        .extracting(Outside.Arrival::key)
        .hasSize(2)
        .containsOnly(world.table.ledger(World.ID).getFirst().key());
    assertThat(world.now).isAfterOrEqualTo(World.START.plus(Duration.ofMinutes(20)));
  }

  @Test
  void aToolThatFailsClearlyIsNotTriedAgain() {
    World world = new World(LOOKING);
    world.outside.refuse("look", ToolOutcome.failed("404"));

    world.play();

    assertThat(world.outside.arrivals).hasSize(1);
    assertThat(heard(world)).isEqualTo(new Turn.CallReply("c1", "look", true, false, "404"));
  }

  @Test
  void aToolThatDoesNotExistIsToldToTheModel() {
    World world = new World(Script.moves(Move.of(call("c1", "fly", "a")), Move.complete()));

    world.play();

    assertThat(heard(world).text()).isEqualTo("there is no tool named fly");
  }

  @Test
  void aLostMessageIsSentAgainByTheWatchdog() {
    World world = new World(LOOKING);
    world.faults.at("enqueue", 1, Fate.DIE_BEFORE).at("enqueue", 2, Fate.DIE_BEFORE);

    assertThat(world.play().status()).isEqualTo(Status.DONE);
    assertThat(world.now).isBefore(World.START.plus(Duration.ofMinutes(6)));
  }

  @Test
  void anOldMessageHealsATaskWhoseNextOneWasLostAndThenIsObsolete() {
    World world = new World(LOOKING);
    world.faults.at("enqueue", 2, Fate.DIE_BEFORE);
    world.start();
    world.event();
    StepMessage old = new StepMessage(World.ID, 1, 0);
    assertThat(world.task().iteration()).isEqualTo(2);

    world.engine.deliver(old, Defaults.FUNCTION_TIMEOUT);
    assertThat(world.faults.trace).filteredOn("enqueue"::equals).hasSize(2);
    world.now = world.now.plus(Defaults.HEAL_GRACE).plusMillis(1);
    world.engine.deliver(old, Defaults.FUNCTION_TIMEOUT);
    world.engine.deliver(old, Defaults.FUNCTION_TIMEOUT);

    assertThat(world.faults.trace).filteredOn("enqueue"::equals).hasSize(3);
    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.engine.deliver(old, Defaults.FUNCTION_TIMEOUT))
        .isEqualTo(new Disposition.Acknowledge());
  }

  @Test
  void aMessageOfATaskThatNobodyKnowsIsObsolete() {
    World world = new World(LOOKING);

    assertThat(world.engine.deliver(new StepMessage(World.ID, 1, 0), Defaults.FUNCTION_TIMEOUT))
        .isEqualTo(new Disposition.Acknowledge());
  }

  @Test
  void aMessageIsKeptWhileAnotherWorkerRunsItsIteration() {
    World world = new World(LOOKING);
    List<Disposition> second = new java.util.ArrayList<>();
    world.faults.before(
        "model",
        1,
        () -> second.add(world.engine.deliver(world.task().due(), Defaults.FUNCTION_TIMEOUT)));

    world.play();

    assertThat(second).containsExactly(new Disposition.KeepUntil(World.START.plus(Defaults.LEASE)));
  }

  @Test
  void aMessageThatComesTooEarlyIsKeptUntilItsTime() {
    World world = new World(flaky(1, Duration.ofMinutes(5), LOOKING));
    world.start();
    world.event();

    assertThat(world.engine.deliver(world.task().due(), Defaults.FUNCTION_TIMEOUT))
        .isEqualTo(new Disposition.KeepUntil(World.START.plus(Duration.ofMinutes(5))));
  }

  @Test
  void aLostMessageIsSentAgainWithinALeaseHoweverLongTheTroubleLasted() {
    World world = new World(Script.moves(Move.complete()));
    world.start();
    for (int minute = 0; minute < 6 * 60; minute++) {
      world.pass(Duration.ofMinutes(1));
      world.messages.receive(10).forEach(lost -> world.messages.delete(lost.receipt()));
    }

    Instant healthy = world.now;
    world.run();

    assertThat(Duration.between(healthy, world.now))
        .isLessThanOrEqualTo(Defaults.LEASE.plus(Duration.ofMinutes(2)));
    assertThat(world.task().status()).isEqualTo(Status.DONE);
  }

  @Test
  void aStepThatThrowsAfterItsModelCallCountsAllThatItMightHaveSpent() {
    World world = new World(Script.moves(Move.of(call("c1", "look", "a")), Move.complete()));
    world.executor =
        new StepExecutor() {
          @Override
          public StepResult execute(StepInput input, Actions actions) {
            StepResult result = world.script.execute(input, actions);
            if (input.iteration() == 1) throw new IllegalArgumentException("broken afterwards");
            return result;
          }

          @Override
          public Reserve firstReserve(Agent agent) {
            return world.script.firstReserve(agent);
          }
        };
    world.deploy(world.agent);
    Limits.Budget budget = Limits.DEFAULT.budget();
    world.start();
    world.event();

    Task.Funds left = world.task().funds();
    assertThat(left.tokensLeft()).isEqualTo(budget.tokens() - Script.RESERVE.tokens());
    assertThat(left.costMicrosLeft()).isEqualTo(budget.costMicros() - Script.RESERVE.costMicros());
  }
}
