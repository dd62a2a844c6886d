package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.BlastRadius;
import dev.treadle.Gate;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.Turn;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.engine.Decision.Choice;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnknownOutcomeTest {
  private static final Script.Brain SENDING =
      Script.moves(Move.of(call("c1", "send", "a"), call("c2", "keep", "b")), Move.complete());

  private static World doubtful(Fate fate) {
    World world = new World(SENDING);
    world.faults.at("send", 1, fate);
    Task task = world.play();
    assertThat(task.status()).isEqualTo(Status.WAITING_FOR_HUMAN);
    assertThat(task.outcome().reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    assertThat(row(world).state()).isEqualTo(LedgerRow.State.UNKNOWN);
    return world;
  }

  private static LedgerRow row(World world) {
    return world.table.ledger(World.ID).getFirst();
  }

  private static DeskAnswer resolve(World world, Choice choice) {
    return world.say(world.openApproval(), choice, "ann", "I asked them");
  }

  private static Turn.CallReply heard(World world) {
    return world.script.inputs.getLast().turns().getFirst().results().getFirst();
  }

  @Test
  void aHumanWhoSaysThatItHappenedLetsTheTaskGoOn() {
    World world = doubtful(Fate.LOSE_REPLY);
    world.now = world.now.plus(Duration.ofMinutes(5));

    resolve(world, Choice.IT_HAPPENED);

    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("send")).isEqualTo(1);
    assertThat(world.outside.effects("keep")).isEqualTo(1);
    assertThat(heard(world).text()).isEqualTo("ann says that it happened: I asked them");
    assertThat(heard(world).isError()).isFalse();
    assertThat(world.script.modelCalls).isEqualTo(2);
  }

  @Test
  void aHumanWhoSaysThatItDidNotHappenHasItRunOnce() {
    World world = doubtful(Fate.DIE_BEFORE);
    world.now = world.now.plus(Duration.ofMinutes(5));

    resolve(world, Choice.RUN_IT);

    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("send")).isEqualTo(1);
    assertThat(heard(world).text()).contains("send did a");
  }

  @Test
  void aHumanMayStopTheTaskInstead() {
    World world = doubtful(Fate.DIE_AFTER);
    world.now = world.now.plus(Duration.ofMinutes(5));

    resolve(world, Choice.STOP);

    assertThat(world.task().outcome().reason()).isEqualTo(Reason.HUMAN_REJECTED_ACTION);
    JournalItem.Note note = (JournalItem.Note) world.journal().getLast();
    assertThat(note.text()).contains("outcome unknown of send");
  }

  @Test
  void nobodyResolvesWhileTheWorkerMayStillBeAtIt() {
    World world = doubtful(Fate.LOSE_REPLY);

    assertThat(resolve(world, Choice.RUN_IT)).isInstanceOf(DeskAnswer.NotYet.class);
    assertThat(row(world).state()).isEqualTo(LedgerRow.State.UNKNOWN);
  }

  @Test
  void theLateWordOfTheWorkerStands() {
    World world = doubtful(Fate.LOSE_REPLY);
    LedgerRow late =
        row(world)
            .settled(LedgerRow.State.SUCCEEDED, dev.treadle.Json.object().put("said", "late"));
    world.table.settle(late);
    world.now = world.now.plus(Duration.ofMinutes(5));

    resolve(world, Choice.RUN_IT);

    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("send")).isEqualTo(1);
    assertThat(heard(world).text()).contains("late");
  }

  @Test
  void aReadBackSettlesWhatAWorkerLeftBehindWithoutAHuman() {
    for (Fate fate : Fate.values()) {
      World world = new World(Script.moves(Move.of(call("c1", "wire", "a")), Move.complete()));
      world.faults.at("wire", 1, fate);

      assertThat(world.play().status()).as("%s", fate).isEqualTo(Status.DONE);
      assertThat(world.outside.effects("wire")).as("%s", fate).isEqualTo(1);
    }
  }

  @Test
  void aReadBackWaitsUntilTheWorkerIsSurelyDead() {
    World world = new World(Script.moves(Move.of(call("c1", "wire", "a")), Move.complete()));
    world.faults.at("wire", 1, Fate.DIE_AFTER);

    world.play();

    assertThat(world.now)
        .isAfterOrEqualTo(World.START.plus(Defaults.LEASE).plus(Tool.Terms.USUAL.timeLimit()));
  }

  @Test
  void aKeyedActionIsRepeatedWithItsKey() {
    for (Fate fate : Fate.values()) {
      World world = new World(Script.moves(Move.of(call("c1", "keep", "a")), Move.complete()));
      world.faults.at("keep", 1, fate);

      assertThat(world.play().status()).isEqualTo(Status.DONE);
      assertThat(world.outside.effects("keep")).isEqualTo(1);
    }
  }

  @Test
  void aKeyIsNotTrustedBeyondTheWindowOfItsFirstUse() {
    World world = new World(Script.moves(Move.of(call("c1", "keep", "a")), Move.complete()));
    // The first call has its effect; the second, near the window's end, dies before it arrives.
    world.faults.at("keep", 1, Fate.DIE_AFTER).at("keep", 2, Fate.DIE_BEFORE);
    world.start();
    world.event();
    world.now = world.now.plus(Outside.WINDOW.minusHours(1));
    world.event();
    world.now = world.now.plus(Duration.ofHours(2));

    Task task = world.run();

    assertThat(world.outside.effects("keep")).isEqualTo(1);
    assertThat(task.outcome().reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
  }

  @Test
  void aKeyIsNotTrustedWhenItsWindowMayEndBeforeTheRepetitionArrives() {
    World world = new World(Script.moves(Move.of(call("c1", "keep", "a")), Move.complete()));
    world.faults.at("keep", 1, Fate.DIE_AFTER);
    world.start();
    world.event();
    world.now = World.START.plus(Outside.WINDOW).minus(Defaults.LEASE);

    Task task = world.run();

    assertThat(world.outside.arrivals).hasSize(1);
    assertThat(task.outcome().reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
  }

  /** Takes no empty text, which its schema cannot say. */
  record Strict(String text) {
    Strict {
      if (text.isEmpty()) throw new IllegalArgumentException("text must not be empty");
    }
  }

  @Test
  void argumentsThatDoNotFitTheToolsRecordAreAClearFailure() {
    Tool strict =
        Tool.irreversible(
            "strict",
            "Is strict.",
            BlastRadius.HIGH,
            Strict.class,
            (_, _) -> ToolOutcome.succeeded("done"));
    World world =
        new World(
            Script.moves(Move.of(call("c1", "strict", "")), Move.complete()),
            builder -> builder.tool(strict).gate(Gate.STANDARD.with("strict", Gate.Ruling.ALLOW)));

    assertThat(world.play().status()).isEqualTo(Status.DONE);
    assertThat(heard(world).isError()).isTrue();
    assertThat(heard(world).text()).contains("text must not be empty");
  }

  @Test
  void twoCallsWithOneIdAreRefusedBeforeAnyRuns() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "send", "a"), call("c1", "send", "b")), Move.complete()));

    // The script asks once more after the failed step, as its answer is not kept.
    world.play();

    assertThat(world.outside.effects).isEmpty();
    assertThat(world.entries().getFirst().errors().getFirst()).contains("c1");
  }

  @Test
  void anExecutorCannotRecordAStepThatTheLedgerStopped() {
    World world = new World(SENDING);
    world.faults.at("send", 1, Fate.LOSE_REPLY);
    world.executor = stubborn(world.script, false);
    world.deploy(world.agent);

    assertThat(world.play().outcome().reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    assertThat(world.entries()).isEmpty();
  }

  @Test
  void anExecutorThatFailsAfterItsCallsKeepsTheirResults() {
    World world = new World(SENDING);
    world.executor = stubborn(world.script, true);
    world.deploy(world.agent);

    world.start();
    world.event();

    JournalItem.Entry first = world.entries().getFirst();
    assertThat(first.errors().getFirst()).contains("lost my head");
    assertThat(first.calls())
        .extracting(JournalItem.CallEntry::result)
        .containsOnly(JournalItem.CallEntry.Result.SUCCEEDED)
        .hasSize(2);
    assertThat(first.answer()).isNotNull();
  }

  /** Performs its calls and then goes its own way. */
  private static dev.treadle.StepExecutor stubborn(Script script, boolean throwing) {
    return new dev.treadle.StepExecutor() {
      @Override
      public dev.treadle.StepResult execute(
          dev.treadle.StepInput input, dev.treadle.Actions actions) {
        var result = script.execute(input, actions);
        if (throwing) throw new IllegalStateException("lost my head");
        return result instanceof dev.treadle.StepResult.Stopped(var answer, var usage)
            ? new dev.treadle.StepResult.Advanced(
                answer,
                List.of(),
                new dev.treadle.StepReport(
                    dev.treadle.Json.object(),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    List.of(),
                    List.of(),
                    usage,
                    Script.RESERVE))
            : result;
      }

      @Override
      public dev.treadle.Reserve firstReserve(dev.treadle.Agent agent) {
        return script.firstReserve(agent);
      }
    };
  }
}
