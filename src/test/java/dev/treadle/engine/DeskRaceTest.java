package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Gate;
import dev.treadle.OnExpiry;
import dev.treadle.Quorum;
import dev.treadle.Status;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DecisionForm;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Panel;
import dev.treadle.engine.Decision.Choice;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** People and machines that come to one question at the same moment, or die on the way. */
class DeskRaceTest {
  private static final int CLICKS = 100;
  private static final Duration TIME = Duration.ofHours(2);

  private static World asking(Quorum quorum) {
    Gate.Ruling.Ask ask = Gate.Ruling.Ask.USUAL.of(quorum).within(TIME, OnExpiry.REJECT);
    World world =
        new World(
            Script.moves(Move.of(call("c1", "pay", "bill 7")), Move.complete()),
            builder -> builder.gate(Gate.STANDARD.with("pay", ask)));
    world.play();
    return world;
  }

  private static DecisionForm form(World world, Approval asked, String who, Choice choice) {
    Caller caller = new Caller.Person(who, World.ID);
    var page = (DeskAnswer.Open) world.people.desk().view(caller, asked.id());
    return Panel.form(page, choice, "so");
  }

  private static DeskAnswer send(World world, Approval asked, String who, DecisionForm form) {
    return world.people.desk().decide(new Caller.Person(who, World.ID), asked.id(), form);
  }

  @Test
  void aFaultAnywhereBetweenTheClickAndTheActionLosesAndRepeatsNothing() {
    World undisturbed = asking(Quorum.ONE);
    Approval sample = undisturbed.openApproval();
    DecisionForm click = form(undisturbed, sample, "ann", Choice.APPROVE);
    int first = undisturbed.faults.points();
    send(undisturbed, sample, "ann", click);
    undisturbed.run();
    int points = undisturbed.faults.points();
    assertThat(undisturbed.faults.trace.subList(first, points)).contains("commit", "enqueue");

    for (int point = first; point < points; point++) {
      for (Fate fate : Fate.values()) {
        String where = "%s at %d, %s".formatted(fate, point, undisturbed.faults.trace.get(point));
        World world = asking(Quorum.ONE);
        Approval asked = world.openApproval();
        DecisionForm form = form(world, asked, "ann", Choice.APPROVE);
        world.faults.at(point, fate);

        List<DeskAnswer> heard = new ArrayList<>();
        while (heard.isEmpty()) {
          // Whoever heard nothing sends the same form again; the fault comes once.
          World.surviving(() -> heard.add(send(world, asked, "ann", form)));
        }
        assertThat(heard).as(where).hasOnlyElementsOfType(DeskAnswer.Recorded.class);
        world.human = world::decideTruthfully;
        Task task = world.run();

        assertThat(task.status()).as(where).isEqualTo(Status.DONE);
        assertThat(world.outside.effects("pay")).as(where).isEqualTo(1);
        assertThat(world.table.decisions(asked.id())).as(where).hasSize(1);
      }
    }
  }

  @Test
  void oneClickThatArrivesAHundredTimesAtOnceIsRecordedOnce() throws Exception {
    World world = asking(Quorum.ONE);
    Approval asked = world.openApproval();
    DecisionForm form = form(world, asked, "ann", Choice.APPROVE);
    Panel desk = calmDesk(world);
    Caller ann = new Caller.Person("ann", World.ID);

    List<DeskAnswer> answers = atOnce(CLICKS, _ -> desk.desk().decide(ann, asked.id(), form));

    assertThat(answers).hasSize(CLICKS).hasOnlyElementsOfType(DeskAnswer.Recorded.class);
    assertThat(world.table.decisions(asked.id())).hasSize(1);
    assertThat(answered(world)).hasSize(1);
    world.run();
    assertThat(world.outside.effects("pay")).isEqualTo(1);
  }

  @Test
  void ofManyWhoDecideAtOnceOneDecides() throws Exception {
    for (int round = 0; round < 20; round++) {
      World world = asking(Quorum.ONE);
      Approval asked = world.openApproval();
      Panel desk = calmDesk(world);
      List<String> people = List.of("ann", "bob", "cid");
      List<Choice> wills = List.of(Choice.APPROVE, Choice.REJECT, Choice.REJECT_AND_STOP);
      List<DecisionForm> forms = new ArrayList<>();
      for (int i = 0; i < 3; i++) forms.add(form(world, asked, people.get(i), wills.get(i)));

      List<DeskAnswer> answers =
          atOnce(
              3,
              i ->
                  desk.desk()
                      .decide(
                          new Caller.Person(people.get(i), World.ID), asked.id(), forms.get(i)));

      assertThat(answers).filteredOn(DeskAnswer.Recorded.class::isInstance).hasSize(1);
      assertThat(world.table.decisions(asked.id())).hasSize(1);
      Choice won = world.table.decisions(asked.id()).getFirst().choice();
      world.run();
      assertThat(world.outside.effects("pay")).isEqualTo(won == Choice.APPROVE ? 1 : 0);
    }
  }

  /** The same people before a table without faults, which many threads may use. */
  private static Panel calmDesk(World world) {
    Loop.Places places = new Loop.Places(world.table, world.messages, _ -> {});
    return Panel.at(places, world.agents, world, Panel.APPROVERS, "k1");
  }

  private interface Deed {
    DeskAnswer of(int number);
  }

  private static List<DeskAnswer> atOnce(int times, Deed deed)
      throws InterruptedException, ExecutionException {
    List<Callable<DeskAnswer>> calls = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      int number = i;
      calls.add(() -> deed.of(number));
    }
    List<DeskAnswer> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<DeskAnswer> each : threads.invokeAll(calls)) answers.add(each.get());
    }
    return answers;
  }

  private static List<JournalItem.Note> answered(World world) {
    return world.journal().stream()
        .filter(JournalItem.Note.class::isInstance)
        .map(JournalItem.Note.class::cast)
        .filter(note -> note.event().equals(JournalItem.Note.ANSWERED))
        .toList();
  }

  @Test
  void twoLastVotesAtOnceAreOneLastVote() {
    World world = asking(new Quorum(2, false));
    Approval asked = world.openApproval();
    send(world, asked, "ann", form(world, asked, "ann", Choice.APPROVE));
    Approval voted = world.openApproval();
    DecisionForm bobs = form(world, voted, "bob", Choice.APPROVE);
    DecisionForm cids = form(world, voted, "cid", Choice.APPROVE);
    List<DeskAnswer> cid = new ArrayList<>();
    beforeNextCommit(world, () -> cid.add(send(world, asked, "cid", cids)));

    DeskAnswer bob = send(world, asked, "bob", bobs);

    assertThat(cid).singleElement().isInstanceOf(DeskAnswer.Recorded.class);
    assertThat(bob).isInstanceOf(DeskAnswer.AlreadyDecided.class);
    assertThat(world.table.decisions(asked.id()))
        .extracting(Decision::approver)
        .containsExactly("ann", "cid");
    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("pay")).isEqualTo(1);
  }

  @Test
  void aWithdrawalAndTheLastVoteInTheSameMomentAreOneOfTheTwoInEitherOrder() {
    for (boolean voteFirst : new boolean[] {true, false}) {
      World world = asking(new Quorum(2, false));
      Approval asked = world.openApproval();
      send(world, asked, "ann", form(world, asked, "ann", Choice.APPROVE));
      String nonce = world.table.decisions(asked.id()).getFirst().nonce();
      DecisionForm bobs = form(world, asked, "bob", Choice.APPROVE);
      Caller ann = new Caller.Person("ann", World.ID);
      List<DeskAnswer> heard = new ArrayList<>();
      Runnable vote = () -> heard.add(send(world, asked, "bob", bobs));
      Runnable withdrawal = () -> heard.add(world.people.desk().withdraw(ann, asked.id(), nonce));
      beforeNextCommit(world, voteFirst ? vote : withdrawal);

      (voteFirst ? withdrawal : vote).run();

      assertThat(heard.get(0))
          .isInstanceOf(voteFirst ? DeskAnswer.Recorded.class : DeskAnswer.Withdrawn.class);
      assertThat(heard.get(1))
          .isInstanceOf(
              voteFirst ? DeskAnswer.AlreadyDecided.class : DeskAnswer.VersionChanged.class);
      world.run();
      assertThat(world.outside.effects("pay")).isEqualTo(voteFirst ? 1 : 0);
      assertThat(Panel.recordCheck(world.table).firstBad(world.task())).isEmpty();
    }
  }

  @Test
  void aVoteThatComesBetweenAnyTwoReadsOfAnotherIsNotForgotten() {
    World undisturbed = asking(new Quorum(2, false));
    DecisionForm sample = form(undisturbed, undisturbed.openApproval(), "ann", Choice.APPROVE);
    int first = undisturbed.faults.points();
    send(undisturbed, undisturbed.openApproval(), "ann", sample);

    List<String> trace = undisturbed.faults.trace;
    int commit = first + trace.subList(first, trace.size()).indexOf("commit");
    for (int point = first; point <= commit; point++) {
      String where = "before %d, %s".formatted(point, trace.get(point));
      World world = asking(new Quorum(2, false));
      Approval asked = world.openApproval();
      DecisionForm anns = form(world, asked, "ann", Choice.APPROVE);
      DecisionForm bobs = form(world, asked, "bob", Choice.APPROVE);
      world.faults.before(
          point - first + world.faults.points(), () -> send(world, asked, "bob", bobs));

      send(world, asked, "ann", anns);

      Approval now = world.table.approval(World.ID, asked.id()).orElseThrow();
      List<Decision> decisions = world.table.decisions(asked.id());
      assertThat(now.votes().stream().map(Approval.Vote::approver))
          .as(where)
          .containsExactlyInAnyOrderElementsOf(decisions.stream().map(Decision::approver).toList())
          .contains("bob");
    }
  }

  private static void beforeNextCommit(World world, Runnable deed) {
    int commits = java.util.Collections.frequency(world.faults.trace, "commit");
    world.faults.before("commit", commits + 1, deed);
  }

  /** What may come to a question in its last moment. */
  private enum Comer {
    YES,
    NO,
    EXPIRY
  }

  @Test
  void aYesANoAndTheExpiryInTheSameMomentAreOneEndInEveryOrder() {
    for (Comer outer : Comer.values()) {
      for (Comer inner : Comer.values()) {
        for (Comer last : Comer.values()) {
          if (outer == inner || inner == last || outer == last) continue;
          for (boolean nested : new boolean[] {true, false}) play(outer, inner, last, nested);
        }
      }
    }
  }

  /**
   * Lets three come after each other, or the second between the reading and the writing of the
   * first. Each by its own clock: those of people are still before the end, the watchdog's is at
   * it.
   */
  private static void play(Comer outer, Comer inner, Comer last, boolean nested) {
    String order = "%s, %s, %s, nested %s".formatted(outer, inner, last, nested);
    World world = asking(Quorum.ONE);
    Approval asked = world.openApproval();
    world.now = asked.expiresAt().minusMillis(1);
    DecisionForm yes = form(world, asked, "ann", Choice.APPROVE);
    DecisionForm no = form(world, asked, "bob", Choice.REJECT);
    if (nested) beforeNextCommit(world, () -> come(world, asked, inner, yes, no));

    come(world, asked, outer, yes, no);
    if (!nested) come(world, asked, inner, yes, no);
    come(world, asked, last, yes, no);

    Comer winner = nested ? inner : outer;
    Approval.State end = world.table.approval(World.ID, asked.id()).orElseThrow().state();
    assertThat(end)
        .as(order)
        .isEqualTo(
            switch (winner) {
              case YES -> Approval.State.APPROVED;
              case NO -> Approval.State.REJECTED;
              case EXPIRY -> Approval.State.EXPIRED;
            });
    assertThat(world.table.decisions(asked.id())).as(order).hasSize(winner == Comer.EXPIRY ? 0 : 1);
    assertThat(world.run().status()).as(order).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("pay")).as(order).isEqualTo(winner == Comer.YES ? 1 : 0);
  }

  private static void come(
      World world, Approval asked, Comer comer, DecisionForm yes, DecisionForm no) {
    Instant end = asked.expiresAt();
    world.now = comer == Comer.EXPIRY ? end : end.minusMillis(1);
    switch (comer) {
      case YES -> send(world, asked, "ann", yes);
      case NO -> send(world, asked, "bob", no);
      case EXPIRY -> world.watchdog.tick();
    }
  }
}
