package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.DecisionCheck;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.Turn;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Panel;
import dev.treadle.engine.Decision.Choice;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApprovalsTest {
  private static final Script.Brain PAYING =
      Script.moves(Move.of(call("c1", "pay", "bill 7")), Move.complete());

  private static List<Turn.CallReply> heard(World world) {
    return world.script.inputs.getLast().turns().getFirst().results();
  }

  @Test
  void aGatedActionWaitsUntilAHumanApprovesAndRunsOnce() {
    World world = new World(PAYING);

    Task waiting = world.play();
    assertThat(waiting.status()).isEqualTo(Status.WAITING_FOR_HUMAN);
    assertThat(waiting.outcome().reason()).isEqualTo(Reason.AWAITING_HUMAN_APPROVAL);
    assertThat(world.outside.effects).isEmpty();
    assertThat(world.openApproval().action().arguments())
        .isEqualTo(Json.object().put("text", "bill 7"));

    world.decide(Choice.APPROVE);
    Task done = world.run();

    assertThat(done.status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects).extracting(Outside.Arrival::text).containsExactly("bill 7");
    assertThat(heard(world))
        .containsExactly(
            new Turn.CallReply("c1", "pay", false, false, "{\"said\":\"pay did bill 7\"}"));
    assertThat(world.script.inputs.getLast().workingMemory().path("last_approved_action"))
        .isEqualTo(
            Json.object()
                .put("tool", "pay")
                .put("approval_id", world.table.approvals(World.ID).getFirst().id())
                .put("approved_by", "ann"));
    assertThat(world.script.modelCalls).isEqualTo(2);
  }

  @Test
  void aRejectedActionIsNeverRunAndTheModelHearsWhy() {
    World world = new World(PAYING);
    world.play();

    world.say(world.openApproval(), Choice.REJECT, "ann", "paid already");
    Task done = world.run();

    assertThat(done.status()).isEqualTo(Status.DONE);
    assertThat(world.outside.arrivals).isEmpty();
    assertThat(heard(world))
        .containsExactly(
            new Turn.CallReply("c1", "pay", true, false, "rejected by ann: paid already"));
    assertThat(world.script.inputs.getLast().workingMemory().path("rejection_reason").asText())
        .isEqualTo("rejected by ann: paid already");
  }

  @Test
  void theOtherCallsOfAStepRunWhileOneWaits() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "look", "a"), call("c2", "pay", "b"), call("c3", "keep", "c")),
                Move.complete()));

    Task waiting = world.play();

    assertThat(waiting.progress().pendingCalls()).isEqualTo(1);
    assertThat(world.outside.effects("keep")).isEqualTo(1);
    world.decide(Choice.APPROVE);
    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(heard(world)).extracting(Turn.CallReply::callId).containsExactly("c1", "c2", "c3");
    assertThat(heard(world)).noneMatch(Turn.CallReply::pending);
  }

  @Test
  void twoGatedCallsOfAStepAreDecidedInEitherOrder() {
    for (int first = 0; first < 2; first++) {
      World world =
          new World(
              Script.moves(
                  Move.of(call("c1", "pay", "a"), call("c2", "pay", "b")), Move.complete()));
      world.play();
      List<Approval> asked = world.table.approvals(World.ID);
      assertThat(asked).hasSize(2);

      world.say(asked.get(first), Choice.APPROVE, "ann", "");
      Task between = world.run();
      assertThat(between.status()).isEqualTo(Status.WAITING_FOR_HUMAN);
      assertThat(world.outside.effects).hasSize(1);
      assertThat(world.script.modelCalls).isEqualTo(1);
      world.say(asked.get(1 - first), Choice.REJECT, "ann", "no");

      assertThat(world.run().status()).isEqualTo(Status.DONE);
      assertThat(world.outside.effects)
          .extracting(Outside.Arrival::text)
          .containsExactly(first == 0 ? "a" : "b");
      assertThat(heard(world)).extracting(Turn.CallReply::callId).containsExactly("c1", "c2");
      assertThat(heard(world).get(1 - first).isError()).isTrue();
    }
  }

  @Test
  void anActionIsDecidedOnce() {
    World world = new World(PAYING);
    world.play();
    Approval asked = world.openApproval();

    world.say(asked, Choice.REJECT, "ann", "no");
    DeskAnswer second = world.say(asked, Choice.APPROVE, "bob", "yes");

    assertThat(second).isInstanceOf(DeskAnswer.AlreadyDecided.class);
    world.run();
    assertThat(world.outside.effects).isEmpty();
  }

  @Test
  void aDecisionAfterTheExpiryIsRefused() {
    World world = new World(PAYING);
    world.play();
    world.now = world.now.plus(Duration.ofHours(24));

    assertThat(world.decide(Choice.APPROVE)).isInstanceOf(DeskAnswer.Expired.class);
    assertThat(world.task().status()).isEqualTo(Status.WAITING_FOR_HUMAN);
  }

  @Test
  void anApprovalOfOtherArgumentsAuthorisesNothing() {
    World world = new World(PAYING);
    world.play();
    world.decide(Choice.APPROVE);
    Approval approval = world.table.approvals(World.ID).getFirst();
    DecisionCheck decisions = Panel.decisions(world.table);

    assertThat(decisions.ask(World.ID, approval.id(), Panel.asked(approval), world.now))
        .isEqualTo(new DecisionCheck.Approved("ann"));
    DecisionCheck.Action asked = Panel.asked(approval);
    for (DecisionCheck.Action other :
        List.of(
            new DecisionCheck.Action(asked.key(), asked.tool(), "0".repeat(64)),
            new DecisionCheck.Action(asked.key(), "send", asked.argumentsDigest()),
            new DecisionCheck.Action("0".repeat(32), asked.tool(), asked.argumentsDigest()))) {
      assertThat(decisions.ask(World.ID, approval.id(), other, world.now))
          .as("%s", other)
          .isInstanceOf(DecisionCheck.Invalid.class);
    }
    assertThat(decisions.ask(World.ID, "unknown", asked, world.now))
        .isInstanceOf(DecisionCheck.Invalid.class);
  }

  @Test
  void anApprovedActionRunsThoughTheModelMayNotBeAskedAnyMore() {
    World world =
        new World(
            PAYING,
            World.limits(limits ->
                limits.withBudget(new Limits.Budget(2_500, 2_000_000, 500, Duration.ofDays(7)))));
    world.human = world::approveAll;

    Task task = world.play();

    assertThat(world.outside.effects("pay")).isEqualTo(1);
    assertThat(task.outcome().reason()).isEqualTo(Reason.BUDGET_EXHAUSTED);
    assertThat(world.entries()).hasSize(2);
  }

  @Test
  void theEndOfATaskClosesWhatIsStillOpen() {
    World world = cappedWithTwoApprovals();

    assertThat(world.task().outcome().reason()).isEqualTo(Reason.MAX_ITERATIONS_REACHED);
    assertThat(world.table.approvals(World.ID))
        .extracting(Approval::state)
        .containsExactly(Approval.State.APPROVED, Approval.State.SUPERSEDED);
  }

  @Test
  void aResumeAfterThatTellsTheModelWhatWasNotPerformed() {
    World world = cappedWithTwoApprovals();

    world.resume();

    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("pay")).isEqualTo(1);
    assertThat(heard(world).get(1).text()).startsWith("not performed: ");
  }

  private static World cappedWithTwoApprovals() {
    World world =
        new World(
            Script.moves(Move.of(call("c1", "pay", "a"), call("c2", "pay", "b")), Move.complete()),
            World.limits(limits -> limits.withMaxIterations(2)));
    world.play();
    world.decide(Choice.APPROVE);
    world.run();
    return world;
  }

  @Test
  void aGatedReadThatLosesItsReplyIsSimplyRepeated() {
    World world =
        new World(
            Script.moves(Move.of(call("c1", "look", "a")), Move.complete()),
            builder -> builder.gate(Gate.STANDARD.with("look", Gate.Ruling.ASK)));
    world.human = world::approveAll;
    world.faults.at("look", 1, Fate.LOSE_REPLY);

    assertThat(world.play().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.arrivals).hasSize(2);
  }

  @Test
  void aDeniedToolIsNotPerformed() {
    World world =
        new World(
            Script.moves(Move.of(call("c1", "keep", "a")), Move.complete()),
            builder -> builder.gate(Gate.STANDARD.with("keep", Gate.Ruling.DENY)));

    world.play();

    assertThat(heard(world).getFirst().text())
        .isEqualTo("the gate denies keep: The agent's author decided so for this tool.");
    assertThat(world.outside.effects).isEmpty();
  }

  @Test
  void anOpenApprovalExpiresThoughTheTaskWaitsForAnUnknownOutcome() {
    World world =
        new World(
            Script.moves(Move.of(call("c1", "pay", "a"), call("c2", "pay", "b")), Move.complete()));
    world.faults.at("pay", 1, Fate.LOSE_REPLY);
    world.play();
    world.decide(Choice.APPROVE);
    assertThat(world.run().outcome().reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);

    world.pass(Duration.ofHours(24).plusMinutes(1));

    assertThat(world.table.approvals(World.ID)).noneMatch(Approval::isOpen);
  }
}
