package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.DecisionCheck;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.Quorum;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.approval.Approver;
import dev.treadle.approval.Approvers;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Panel;
import dev.treadle.engine.Decision.Choice;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose word counts, for which action, and for how long. */
class AuthorityTest {
  private static final Script.Brain PAYING =
      Script.moves(Move.of(call("c1", "pay", "bill 7")), Move.complete());
  private static final Gate.Ruling.Ask USUAL = Gate.Ruling.Ask.USUAL;

  private static World asking(Gate.Ruling.Ask ask) {
    World world = new World(PAYING, builder -> builder.gate(Gate.STANDARD.with("pay", ask)));
    world.play();
    return world;
  }

  private static Approvers group(Approver... members) {
    return new Approvers(
        Map.of(
            Gate.Ruling.Ask.USUAL_GROUP,
            List.of(members),
            "auditors",
            List.of(Panel.ANN, Panel.BOB, Panel.CID)));
  }

  private static Panel deskOf(World world, Approvers approvers) {
    return Panel.at(world.places, world.agents, world, approvers, "k1");
  }

  private static DeskAnswer say(Panel desk, Approval asked, Choice choice, String who) {
    return desk.say(asked.taskId(), asked.id(), choice, who, "fine");
  }

  @Test
  void aTaskThatIsCancelledWhileItWaitsTakesNoAnswerAnyMore() {
    World world = asking(USUAL);
    Approval asked = world.openApproval();
    Caller ann = new Caller.Person("ann", World.ID);
    var page = (DeskAnswer.Open) world.people.desk().view(ann, asked.id());

    world.operator.cancel(World.ID, "op", "not needed");
    DeskAnswer late =
        world.people.desk().decide(ann, asked.id(), Panel.form(page, Choice.APPROVE, ""));

    assertThat(late).isInstanceOf(DeskAnswer.TaskNotWaiting.class);
    Task task = world.run();
    assertThat(task.outcome().reason()).isEqualTo(Reason.CANCELLED);
    assertThat(world.table.decisions(asked.id())).isEmpty();
    assertThat(world.outside.effects).isEmpty();
  }

  @Test
  void aSignatureOfTheOldKeyCountsDuringTheOverlapAndNotAfterIt() {
    World overlap = asking(USUAL);
    overlap.decide(Choice.APPROVE);
    overlap.believe("k1", "k2");
    assertThat(overlap.run().status()).isEqualTo(Status.DONE);
    assertThat(overlap.outside.effects("pay")).isEqualTo(1);

    World retired = asking(USUAL);
    retired.decide(Choice.APPROVE);
    retired.believe("k2");
    retired.run();
    assertThat(retired.outside.effects).isEmpty();
    Approval left = retired.table.approvals(World.ID).getFirst();
    assertThat(left.state()).isEqualTo(Approval.State.VOID);
    assertThat(left.closing().words()).contains("signature is not of a live key");
  }

  @Test
  void theNewKeySignsOnceItIsThere() {
    World world = asking(USUAL);
    Approval asked = world.openApproval();
    world.believe("k1", "k2");

    say(
        Panel.at(world.places, world.agents, world, Panel.APPROVERS, "k2"),
        asked,
        Choice.APPROVE,
        "ann");

    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.table.decisions(asked.id()).getFirst().keyId()).isEqualTo("k2");
    assertThat(world.outside.effects("pay")).isEqualTo(1);
  }

  @Test
  void theRequesterMayNotDecideThoughAnApproverAndOthersMay() {
    for (String requester : List.of("person:ann", "ann")) {
      World world =
          new World(
              PAYING,
              builder -> builder.gate(Gate.STANDARD.with("pay", USUAL.of(new Quorum(1, true)))));
      world.starter().start(World.request(World.ID).put("triggered_by", requester));
      world.run();
      Approval asked = world.openApproval();

      assertThat(say(world.people, asked, Choice.APPROVE, "ann"))
          .isInstanceOf(DeskAnswer.NotAllowed.class);
      assertThat(world.table.decisions(asked.id())).isEmpty();
      assertThat(say(world.people, asked, Choice.APPROVE, "bob"))
          .isInstanceOf(DeskAnswer.Recorded.class);
      world.run();
      assertThat(world.outside.effects("pay")).isEqualTo(1);
    }
  }

  @Test
  void aGroupInWhichOnePersonOrOneMailboxStandsTwiceIsRefused() {
    for (Approver twice :
        List.of(
            new Approver("ann", "Ann", "ann@home.example.com"),
            new Approver("anna", "Anna", Panel.ANN.address()),
            new Approver("anna", "Anna", "Ann@Example.com"))) {
      assertThatThrownBy(() -> group(Panel.ANN, Panel.BOB, twice))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("group approvers has two members with one ");
    }
    var hooks = List.of("https://a.example.com/Eva", "https://a.example.com/eva");
    assertThat(
            group(
                    new Approver("eva", "Eva", hooks.getFirst()),
                    new Approver("fay", "Fay", hooks.getLast()))
                .group(Gate.Ruling.Ask.USUAL_GROUP))
        .hasSize(2);
  }

  @Test
  void whoeverMayNotAllowAnActionMayNotSayThatItMayRunAgain() {
    World world =
        new World(
            PAYING,
            builder -> builder.gate(Gate.STANDARD.with("pay", USUAL.of(new Quorum(1, true)))));
    world.faults.at("pay", 1, Faults.Fate.DIE_BEFORE);
    world.starter().start(World.request(World.ID).put("triggered_by", "person:ann"));
    world.run();
    say(world.people, world.openApproval(), Choice.APPROVE, "bob");
    world.run();
    Approval unknown = world.openApproval();
    assertThat(unknown.kind()).isEqualTo(Approval.Kind.OUTCOME);
    world.now = world.now.plus(Duration.ofMinutes(5));

    assertThat(say(world.people, unknown, Choice.RUN_IT, "ann"))
        .isInstanceOf(DeskAnswer.NotAllowed.class);
    assertThat(say(world.people, unknown, Choice.RUN_IT, "bob"))
        .isInstanceOf(DeskAnswer.Recorded.class);
    world.run();
    assertThat(world.outside.effects("pay")).isEqualTo(1);
  }

  @Test
  void whoLeftTheGroupBetweenTheVotesMayNotVoteAndTheVotesGivenStay() {
    World world = asking(USUAL.of(new Quorum(2, false)));
    Approval asked = world.openApproval();
    assertThat(say(world.people, asked, Choice.APPROVE, "ann"))
        .isInstanceOf(DeskAnswer.WaitingForOthers.class);
    Panel later = deskOf(world, group(Panel.ANN, Panel.CID));

    assertThat(say(later, asked, Choice.APPROVE, "bob")).isInstanceOf(DeskAnswer.NotAllowed.class);
    assertThat(world.openApproval().votes()).hasSize(1);
    assertThat(say(later, asked, Choice.APPROVE, "cid")).isInstanceOf(DeskAnswer.Recorded.class);

    world.run();
    assertThat(world.outside.effects("pay")).isEqualTo(1);
  }

  private static DeskAnswer edit(World world, Gate today, String text) {
    AgentCatalog deployed =
        new AgentCatalog(
            List.of(
                dev.treadle.Agent.named("clerk")
                    .instructions("Do it.")
                    .tool(world.outside.pay())
                    .gate(today)
                    .build()));
    Panel desk = Panel.at(world.places, deployed, world, Panel.APPROVERS, "k1");
    Caller ann = new Caller.Person("ann", World.ID);
    String id = world.openApproval().id();
    var page = (DeskAnswer.Open) desk.desk().view(ann, id);
    return desk.desk().decide(ann, id, Panel.edited(page, Json.object().put("text", text)));
  }

  @Test
  void anEditThatWeighsMoreBecomesANewQuestionThatNobodyHasAnswered() {
    World world = asking(USUAL);
    String first = world.openApproval().id();
    Gate stricter = Gate.STANDARD.with("pay", USUAL.of(new Quorum(2, false)));

    DeskAnswer answer = edit(world, stricter, "bill 8");

    assertThat(answer).isInstanceOf(DeskAnswer.AskedAnew.class);
    Approval anew = world.openApproval();
    assertThat(anew.id()).isNotEqualTo(first);
    assertThat(anew.votes()).isEmpty();
    assertThat(anew.terms().quorum().needed()).isEqualTo(2);
    assertThat(world.table.decisions(anew.id())).isEmpty();
    world.run();
    assertThat(world.outside.effects).isEmpty();
    say(world.people, anew, Choice.APPROVE, "ann");
    say(world.people, anew, Choice.APPROVE, "bob");
    world.run();
    assertThat(world.outside.effects).extracting(Outside.Arrival::text).containsExactly("bill 8");
  }

  @Test
  void anEditThatThePolicyOfTodayDeniesIsRefusedAndTheQuestionStays() {
    World world = asking(USUAL);
    Approval asked = world.openApproval();

    DeskAnswer answer = edit(world, Gate.STANDARD.with("pay", Gate.Ruling.DENY), "bill 8");

    assertThat(answer).isInstanceOf(DeskAnswer.EditDenied.class);
    assertThat(world.openApproval()).isEqualTo(asked);
    assertThat(world.table.decisions(asked.id())).isEmpty();
  }

  /** A table that answers with the decisions of one question when it is asked for another's. */
  private static TaskStore replaying(World world, String from, String to) {
    return new ForwardingTaskStore(world.table) {
      @Override
      public List<Decision> decisions(String approvalId) {
        return store.decisions(approvalId.equals(to) ? from : approvalId);
      }
    };
  }

  @Test
  void aDecisionAboutOneActionSaysNothingAboutItsTwin() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "pay", "bill 7"), call("c2", "pay", "bill 7")),
                Move.complete()));
    world.play();
    List<Approval> twins = world.table.approvals(World.ID);
    Approval one = twins.get(0);
    Approval other = twins.get(1);
    assertThat(one.action().argumentsDigest()).isEqualTo(other.action().argumentsDigest());
    say(world.people, one, Choice.APPROVE, "ann");
    world.run();
    say(world.people, other, Choice.APPROVE, "ann");

    DecisionCheck.Answer answer =
        Panel.decisions(replaying(world, one.id(), other.id()))
            .ask(World.ID, other.id(), Panel.asked(other), world.now);

    assertThat(answer)
        .isEqualTo(
            new DecisionCheck.Invalid("a decision does not hold: it is about another action"));
  }

  @Test
  void aDecisionOfAnotherTaskSaysNothingHere() {
    World world = asking(USUAL);
    TaskId twin = new TaskId("t-2");
    world.starter().start(World.request(twin));
    world.run();
    Approval here = world.openApproval();
    Approval there = world.table.approvals(twin).getFirst();
    say(world.people, here, Choice.APPROVE, "ann");
    say(world.people, there, Choice.APPROVE, "ann");

    DecisionCheck.Answer answer =
        Panel.decisions(replaying(world, here.id(), there.id()))
            .ask(twin, there.id(), Panel.asked(there), world.now);

    assertThat(answer).isInstanceOf(DecisionCheck.Invalid.class);
  }

  @Test
  void argumentsThatChangeBetweenTheApprovalAndTheRunVoidItAndNothingRuns() {
    World world = asking(USUAL);
    Approval asked = world.openApproval();
    world.decide(Choice.APPROVE);
    // In the ledger alone: the digest beside them still is the one that was approved.
    world.tamper("TASK#t-1/ACTION#" + asked.actionKey(), text -> text.replace("bill 7", "bill 9"));

    assertThat(world.run().status()).isEqualTo(Status.DONE);

    assertThat(world.outside.effects).isEmpty();
    Approval left = world.table.approvals(World.ID).getFirst();
    assertThat(left.state()).isEqualTo(Approval.State.VOID);
    assertThat(left.closing().words()).contains("other arguments were approved");
  }

  @Test
  void aQuestionThatChangesAfterTheAnswerVoidsItToo() {
    Map<String, String> changes =
        Map.of(
            "bill 7", "bill 9",
            "\"excludes_requester\":true", "\"excludes_requester\":false");
    changes.forEach((was, becomes) -> {
      World world = asking(USUAL.of(new Quorum(1, true)));
      Approval asked = world.openApproval();
      world.decide(Choice.APPROVE);
      world.tamper("TASK#t-1/APPROVAL#" + asked.id(), text -> text.replace(was, becomes));

      world.run();

      assertThat(world.outside.effects).as(becomes).isEmpty();
      assertThat(world.table.approvals(World.ID).getFirst().state()).isEqualTo(Approval.State.VOID);
    });
  }

  @Test
  void aResumedTaskAsksAnewAboutItsDoubtAndTheClosedQuestionStaysAsItWas() {
    World world = new World(Script.moves(Move.of(call("c1", "send", "a")), Move.complete()));
    world.faults.at("send", 1, Fate.LOSE_REPLY);
    world.play();
    world.now = world.now.plus(Duration.ofMinutes(5));
    Approval first = world.openApproval();
    say(world.people, first, Choice.STOP, "ann");
    Approval closed = world.table.approval(World.ID, first.id()).orElseThrow();

    world.resume();
    world.run();

    Approval second = world.openApproval();
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(second.kind()).isEqualTo(Approval.Kind.OUTCOME);
    assertThat(world.table.approval(World.ID, first.id())).contains(closed);
    assertThat(say(world.people, second, Choice.IT_HAPPENED, "bob"))
        .isInstanceOf(DeskAnswer.Recorded.class);
    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("send")).isEqualTo(1);
  }
}
