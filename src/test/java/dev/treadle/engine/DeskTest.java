package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.DecisionCheck;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.OnExpiry;
import dev.treadle.Quorum;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DecisionForm;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Panel;
import dev.treadle.engine.Decision.Choice;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people may and may not do at the desk, on the production loop. */
class DeskTest {
  private static final Script.Brain PAYING =
      Script.moves(Move.of(call("c1", "pay", "bill 7")), Move.complete());

  private static World asking(Gate.Ruling.Ask ask) {
    World world = new World(PAYING, builder -> builder.gate(Gate.STANDARD.with("pay", ask)));
    world.play();
    return world;
  }

  private static Caller person(String who) {
    return new Caller.Person(who, World.ID);
  }

  private static DeskAnswer.Open page(World world, String who) {
    return (DeskAnswer.Open) world.people.desk().view(person(who), world.openApproval().id());
  }

  private static DeskAnswer send(World world, String who, String id, DecisionForm form) {
    return world.people.desk().decide(person(who), id, form);
  }

  @Test
  void aDoubleClickGetsTheFirstAnswerAndASecondTabOfTheSamePersonDecidesNothing() {
    World world = asking(Gate.Ruling.Ask.USUAL);
    String id = world.openApproval().id();
    DeskAnswer.Open first = page(world, "ann");
    world.now = world.now.plusSeconds(1);
    DeskAnswer.Open second = page(world, "ann");
    DecisionForm click = Panel.form(first, Choice.APPROVE, "");

    assertThat(send(world, "ann", id, click)).isInstanceOf(DeskAnswer.Recorded.class);
    assertThat(send(world, "ann", id, click)).isInstanceOf(DeskAnswer.Recorded.class);
    assertThat(send(world, "ann", id, Panel.form(second, Choice.REJECT, "no")))
        .isInstanceOf(DeskAnswer.AlreadyDecided.class);

    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("pay")).isEqualTo(1);
    assertThat(world.table.decisions(id)).hasSize(1);
  }

  @Test
  void ofTwoWhoDecideAtOnceTheFirstCountsInEitherOrder() {
    for (boolean yesFirst : new boolean[] {true, false}) {
      World world = asking(Gate.Ruling.Ask.USUAL);
      String id = world.openApproval().id();
      DecisionForm yes = Panel.form(page(world, "ann"), Choice.APPROVE, "");
      DecisionForm no = Panel.form(page(world, "bob"), Choice.REJECT, "no");

      DeskAnswer first = yesFirst ? send(world, "ann", id, yes) : send(world, "bob", id, no);
      DeskAnswer late = yesFirst ? send(world, "bob", id, no) : send(world, "ann", id, yes);

      assertThat(first).isInstanceOf(DeskAnswer.Recorded.class);
      assertThat(late).isInstanceOf(DeskAnswer.AlreadyDecided.class);
      world.run();
      assertThat(world.outside.effects("pay")).isEqualTo(yesFirst ? 1 : 0);
    }
  }

  @Test
  void aQuorumTakesDistinctPeopleAndNotTheRequester() {
    World world = asking(Gate.Ruling.Ask.USUAL.of(new Quorum(2, true)));
    Approval asked = world.openApproval();

    assertThat(world.say(asked, Choice.APPROVE, "ann", ""))
        .isInstanceOf(DeskAnswer.WaitingForOthers.class);
    assertThat(world.say(asked, Choice.APPROVE, "ann", ""))
        .isInstanceOf(DeskAnswer.WaitingForOthers.class);
    assertThat(world.run().status()).isEqualTo(Status.WAITING_FOR_HUMAN);
    assertThat(world.outside.effects).isEmpty();
    assertThat(world.say(asked, Choice.APPROVE, "bob", "")).isInstanceOf(DeskAnswer.Recorded.class);

    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("pay")).isEqualTo(1);
  }

  private static DeskAnswer withdraw(World world, String who, String id) {
    Caller caller = person(who);
    String nonce =
        world.people.desk().view(caller, id).seen().orElseThrow().mine().orElseThrow().nonce();
    return world.people.desk().withdraw(caller, id, nonce);
  }

  @Test
  void anApprovalThatWasTakenBackDoesNotCountAndThePersonMayAnswerAgain() {
    World world = asking(Gate.Ruling.Ask.USUAL.of(new Quorum(2, false)));
    Approval asked = world.openApproval();
    world.say(asked, Choice.APPROVE, "ann", "");

    assertThat(withdraw(world, "ann", asked.id())).isInstanceOf(DeskAnswer.Withdrawn.class);
    assertThat(world.openApproval().votes()).isEmpty();
    assertThat(world.say(asked, Choice.APPROVE, "bob", ""))
        .isInstanceOf(DeskAnswer.WaitingForOthers.class);
    assertThat(world.run().status()).isEqualTo(Status.WAITING_FOR_HUMAN);
    assertThat(world.outside.effects).isEmpty();

    assertThat(world.say(asked, Choice.APPROVE, "ann", "after all"))
        .isInstanceOf(DeskAnswer.Recorded.class);
    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("pay")).isEqualTo(1);
    assertThat(world.table.decisions(asked.id()))
        .extracting(Decision::choice)
        .containsExactly(Choice.APPROVE, Choice.WITHDRAW, Choice.APPROVE, Choice.APPROVE);
    assertThat(Panel.recordCheck(world.table).firstBad(world.task())).isEmpty();
  }

  @Test
  void aWithdrawalSentTwiceIsRecordedOnceAndTakesBackNothingThatWasSaidSince() {
    World world = asking(Gate.Ruling.Ask.USUAL.of(new Quorum(2, false)));
    Approval asked = world.openApproval();
    world.say(asked, Choice.APPROVE, "ann", "");
    String nonce = world.table.decisions(asked.id()).getFirst().nonce();
    Caller ann = person("ann");

    assertThat(world.people.desk().withdraw(ann, asked.id(), nonce))
        .isInstanceOf(DeskAnswer.Withdrawn.class);
    assertThat(world.people.desk().withdraw(ann, asked.id(), nonce))
        .isInstanceOf(DeskAnswer.Withdrawn.class);
    assertThat(world.table.decisions(asked.id())).hasSize(2);

    world.say(asked, Choice.APPROVE, "ann", "");
    assertThat(world.people.desk().withdraw(ann, asked.id(), nonce))
        .isInstanceOf(DeskAnswer.Invalid.class);
    assertThat(world.openApproval().votes()).hasSize(1);
  }

  @Test
  void aReportIsInTheJournalOnceAndLeavesTheQuestionAsItWas() {
    World world = asking(Gate.Ruling.Ask.USUAL);
    Approval asked = world.openApproval();
    var desk = world.people.desk();
    for (int i = 0; i < 2; i++) {
      assertThat(desk.report(person("ann"), asked.id(), " The account is new. "))
          .isInstanceOf(DeskAnswer.Reported.class);
    }

    assertThat(notes(world, JournalItem.Note.REPORTED))
        .singleElement()
        .satisfies(note -> {
          assertThat(note.by()).isEqualTo("ann");
          assertThat(note.text()).isEqualTo("pay (%s): The account is new.".formatted(asked.id()));
        });
    assertThat(world.openApproval()).isEqualTo(asked);
    assertThat(world.run().status()).isEqualTo(Status.WAITING_FOR_HUMAN);
    assertThat(Panel.recordCheck(world.table).firstBad(world.task())).isEmpty();
    assertThat(world.say(asked, Choice.APPROVE, "bob", "")).isInstanceOf(DeskAnswer.Recorded.class);
    assertThat(desk.report(person("ann"), asked.id(), "too late"))
        .isInstanceOf(DeskAnswer.AlreadyDecided.class);
  }

  @Test
  void aReportNeedsWordsAndNobodyFillsTheJournalWithThem() {
    World world = asking(Gate.Ruling.Ask.USUAL);
    String id = world.openApproval().id();
    var desk = world.people.desk();
    for (String words : List.of("", "  ", "x".repeat(501))) {
      assertThat(desk.report(person("ann"), id, words)).isInstanceOf(DeskAnswer.Invalid.class);
    }
    for (int i = 0; i < 12; i++) desk.report(person("ann"), id, "x".repeat(500 - i));

    assertThat(desk.report(person("bob"), id, "me too")).isInstanceOf(DeskAnswer.Invalid.class);
    assertThat(notes(world, JournalItem.Note.REPORTED)).hasSize(10);
  }

  private static List<JournalItem.Note> notes(World world, String event) {
    return world.journal().stream()
        .filter(JournalItem.Note.class::isInstance)
        .map(JournalItem.Note.class::cast)
        .filter(note -> note.event().equals(event))
        .toList();
  }

  @Test
  void whatWasDecidedOrRanOutOfTimeCannotBeTakenBackNorWhatNobodySaid() {
    World world = asking(Gate.Ruling.Ask.USUAL.of(new Quorum(2, false)));
    Approval asked = world.openApproval();
    assertThat(world.people.desk().withdraw(person("ann"), asked.id(), ""))
        .isInstanceOf(DeskAnswer.Invalid.class);
    world.say(asked, Choice.APPROVE, "ann", "");
    Instant before = world.now;
    world.now = asked.expiresAt();
    assertThat(withdraw(world, "ann", asked.id())).isInstanceOf(DeskAnswer.Expired.class);
    world.now = before;
    world.say(asked, Choice.APPROVE, "bob", "");

    assertThat(withdraw(world, "ann", asked.id())).isInstanceOf(DeskAnswer.AlreadyDecided.class);

    world.run();
    assertThat(world.outside.effects("pay")).isEqualTo(1);
  }

  @Test
  void noFormOfADecisionTakesAnApprovalBack() {
    World world = asking(Gate.Ruling.Ask.USUAL);
    DeskAnswer.Open page = page(world, "ann");

    assertThat(send(world, "ann", world.openApproval().id(), Panel.form(page, Choice.WITHDRAW, "")))
        .isInstanceOf(DeskAnswer.Invalid.class);
  }

  @Test
  void anEditedActionRunsAsEditedOnceAndTheModelHearsOfIt() {
    World world = asking(Gate.Ruling.Ask.USUAL);
    String id = world.openApproval().id();

    DeskAnswer answer =
        send(
            world,
            "ann",
            id,
            Panel.edited(page(world, "ann"), Json.object().put("text", "bill 8")));

    assertThat(answer).isInstanceOf(DeskAnswer.Recorded.class);
    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects).extracting(Outside.Arrival::text).containsExactly("bill 8");
    assertThat(world.table.approvals(World.ID))
        .extracting(Approval::state)
        .containsExactlyInAnyOrder(Approval.State.SUPERSEDED, Approval.State.APPROVED);
    assertThat(world.script.inputs.getLast().turns().getLast().notices().toString())
        .contains("A person changed the arguments of pay");
  }

  @Test
  void anEditAfterTheFirstVoteAsksEverybodyAnew() {
    World world = asking(Gate.Ruling.Ask.USUAL.of(new Quorum(2, false)));
    Approval asked = world.openApproval();
    world.say(asked, Choice.APPROVE, "ann", "");

    DeskAnswer edited =
        send(
            world,
            "bob",
            asked.id(),
            Panel.edited(page(world, "bob"), Json.object().put("text", "bill 8")));

    assertThat(edited).isInstanceOf(DeskAnswer.AskedAnew.class);
    Approval anew = world.openApproval();
    assertThat(anew.votes()).extracting(Approval.Vote::approver).containsExactly("bob");
    assertThat(world.outside.effects).isEmpty();
    assertThat(world.say(anew, Choice.APPROVE, "ann", "")).isInstanceOf(DeskAnswer.Recorded.class);
    world.run();
    assertThat(world.outside.effects).extracting(Outside.Arrival::text).containsExactly("bill 8");
  }

  @Test
  void anEditShortlyBeforeTheExpiryLeavesAWholeExtensionAndNotMoreOfThem() {
    World world =
        asking(
            Gate.Ruling.Ask.USUAL
                .of(new Quorum(2, false))
                .within(Duration.ofHours(2), OnExpiry.REJECT));
    Approval asked = world.openApproval();
    var desk = world.people.desk();
    desk.extend(person("ann"), asked.id(), asked.version());
    world.now = world.openApproval().expiresAt().minusSeconds(5);

    send(
        world,
        "bob",
        asked.id(),
        Panel.edited(page(world, "bob"), Json.object().put("text", "bill 8")));

    Approval anew = world.openApproval();
    assertThat(anew.expiresAt()).isEqualTo(world.now.plusSeconds(5));
    assertThat(anew.timing().extensions()).isEqualTo(1);
    desk.extend(person("ann"), anew.id(), anew.version());
    assertThat(world.openApproval().expiresAt())
        .isEqualTo(anew.expiresAt().plus(Duration.ofHours(2)));
    assertThat(world.openApproval().timing().extensions()).isEqualTo(2);
  }

  @Test
  void anEditThatBreaksTheSchemaIsRefusedByNameAndLosesNothing() {
    World world = asking(Gate.Ruling.Ask.USUAL);
    String id = world.openApproval().id();

    DeskAnswer answer =
        send(world, "ann", id, Panel.edited(page(world, "ann"), Json.object().put("amount", 5)));

    assertThat(answer).isInstanceOf(DeskAnswer.Invalid.class);
    assertThat(world.openApproval().id()).isEqualTo(id);
  }

  @Test
  void aDecisionNeedsThePageOfThisVersionAndTheConfirmation() {
    World world = asking(Gate.Ruling.Ask.USUAL);
    String id = world.openApproval().id();
    DecisionForm good = Panel.form(page(world, "ann"), Choice.APPROVE, "");

    assertThat(send(world, "bob", id, good)).isInstanceOf(DeskAnswer.VersionChanged.class);
    assertThat(send(world, "ann", id, with(good, 2, good.argumentsDigest(), good.confirmation())))
        .isInstanceOf(DeskAnswer.VersionChanged.class);
    assertThat(send(world, "ann", id, with(good, 1, "0".repeat(64), good.confirmation())))
        .isInstanceOf(DeskAnswer.VersionChanged.class);
    assertThat(send(world, "ann", id, with(good, 1, good.argumentsDigest(), "")))
        .isInstanceOf(DeskAnswer.Invalid.class);
    world.now = world.now.plus(Duration.ofHours(13));
    assertThat(send(world, "ann", id, good)).isInstanceOf(DeskAnswer.VersionChanged.class);
    assertThat(world.outside.effects).isEmpty();
  }

  private static DecisionForm with(
      DecisionForm form, long version, String digest, String confirmation) {
    return new DecisionForm(
        version,
        form.choice(),
        digest,
        form.nonce(),
        form.comment(),
        confirmation,
        Optional.empty());
  }

  @Test
  void atTheMomentOfTheExpiryItIsTooLate() {
    for (long millis : new long[] {-1_000, -1, 0, 1, 1_000}) {
      World world = asking(Gate.Ruling.Ask.USUAL);
      Approval asked = world.openApproval();
      world.now = asked.expiresAt().plusMillis(millis);

      DeskAnswer answer = world.say(asked, Choice.APPROVE, "ann", "");

      assertThat(answer)
          .isInstanceOf(millis < 0 ? DeskAnswer.Recorded.class : DeskAnswer.Expired.class);
    }
  }

  @Test
  void silenceStopsRejectsOrParksAndNeverApproves() {
    for (OnExpiry policy : OnExpiry.values()) {
      World world = asking(Gate.Ruling.Ask.USUAL.within(Duration.ofHours(2), policy));
      Approval asked = world.openApproval();

      world.pass(Duration.ofHours(2).plusMinutes(1));
      Task after = world.run();

      assertThat(world.outside.effects).isEmpty();
      switch (policy) {
        case STOP -> assertThat(after.outcome().reason()).isEqualTo(Reason.APPROVAL_EXPIRED);
        case REJECT -> assertThat(after.status()).isEqualTo(Status.DONE);
        case STAY_PARKED -> {
          assertThat(after.status()).isEqualTo(Status.WAITING_FOR_HUMAN);
          Approval parked = world.openApproval();
          assertThat(parked.state()).isEqualTo(Approval.State.PARKED);
          world.people.desk().extend(person("ann"), asked.id(), parked.version());
          assertThat(world.say(asked, Choice.APPROVE, "ann", ""))
              .isInstanceOf(DeskAnswer.Recorded.class);
          world.run();
          assertThat(world.outside.effects("pay")).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void peopleAreToldAgainUntilSomebodyWasReachedAndThenTwiceReminded() {
    World world = asking(Gate.Ruling.Ask.USUAL);
    assertThat(world.notices).hasSize(1);
    world.pass(Duration.ofMinutes(2));
    assertThat(world.notices).hasSize(2);
    world.table.keep(StoreSamples.notification(world.openApproval(), world.now));

    for (int hour = 0; hour < 23; hour++) world.pass(Duration.ofHours(1));

    assertThat(world.notices.subList(2, world.notices.size()))
        .extracting(ApprovalNotice::kind)
        .containsExactly(ApprovalNotice.Kind.REMINDED, ApprovalNotice.Kind.REMINDED);
  }

  @Test
  void whatTheTableAloneSaysAuthorisesNothing() {
    World world = asking(Gate.Ruling.Ask.USUAL);
    Approval asked = world.openApproval();
    Approval forged = asked.closed(Approval.State.APPROVED, "ann", world.now, "");
    Task task = world.task();
    Task running =
        task.answered(
            task.progress().withOpenApprovals(0), task.progress().entriesHash(), world.now);
    world.table.commit(Change.of(task, running, List.of()).asking(forged));
    world.queue.send(running.due(), Duration.ZERO);

    world.run();

    assertThat(world.outside.effects).isEmpty();
    assertThat(world.table.approvals(World.ID).getFirst().state()).isEqualTo(Approval.State.VOID);
  }

  @Test
  void aDecisionOfAnotherTaskOrArgumentAuthorisesNothing() {
    World world = asking(Gate.Ruling.Ask.USUAL);
    Approval asked = world.openApproval();
    world.decide(Choice.APPROVE);
    DecisionCheck check = Panel.decisions(world.table);
    DecisionCheck.Action action = Panel.asked(asked);

    assertThat(check.ask(World.ID, asked.id(), action, world.now))
        .isEqualTo(new DecisionCheck.Approved("ann"));
    assertThat(check.ask(new TaskId("t-2"), asked.id(), action, world.now))
        .isInstanceOf(DecisionCheck.Invalid.class);
    assertThat(
            check.ask(
                World.ID,
                asked.id(),
                new DecisionCheck.Action(action.key(), action.tool(), "0".repeat(64)),
                world.now))
        .isInstanceOf(DecisionCheck.Invalid.class);
  }

  @Test
  void aRejectedActionIsNotAskedAgainForAWhile() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "pay", "bill 7")),
                Move.of(call("c2", "pay", "bill 7")),
                Move.complete()));
    world.play();
    world.decide(Choice.REJECT);

    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.table.approvals(World.ID)).hasSize(1);
  }
}
