package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.DecisionCheck;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.Quorum;
import dev.treadle.Status;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Panel;
import dev.treadle.engine.Decision.Choice;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whoever changes what the table holds is found, and where. */
class RecordCheckTest {
  private static final String TASK = "TASK#t-1/";

  /** Approved by two, rejected once, edited once, and a doubt that a person settled. */
  private static World world() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "look", "a"), call("c2", "keep", "b")),
                Move.of(call("c3", "pay", "bill 7")),
                Move.of(call("c4", "pay", "bill 8")),
                Move.of(call("c5", "pay", "bill 9")),
                Move.of(call("c6", "send", "news")),
                Move.complete()),
            builder ->
                builder.gate(
                    Gate.STANDARD
                        .with("send", Gate.Ruling.ALLOW)
                        .with("pay", Gate.Ruling.Ask.USUAL.of(new Quorum(2, false)))));
    world.faults.at("send", 1, Fate.LOSE_REPLY);
    world.play();
    world.say(world.openApproval(), Choice.APPROVE, "ann", "");
    world.say(world.openApproval(), Choice.APPROVE, "bob", "");
    world.run();
    world.say(world.openApproval(), Choice.REJECT, "cid", "paid already");
    world.run();
    edit(world);
    world.say(world.openApproval(), Choice.APPROVE, "bob", "");
    world.run();
    world.now = world.now.plus(Duration.ofMinutes(5));
    world.say(world.openApproval(), Choice.IT_HAPPENED, "ann", "I asked them");
    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("pay")).isEqualTo(2);
    return world;
  }

  private static void edit(World world) {
    Caller ann = new Caller.Person("ann", World.ID);
    String id = world.openApproval().id();
    var page = (DeskAnswer.Open) world.people.desk().view(ann, id);
    assertThat(
            world
                .people
                .desk()
                .decide(ann, id, Panel.edited(page, Json.object().put("text", "bill 10"))))
        .isInstanceOf(DeskAnswer.AskedAnew.class);
  }

  private static Optional<String> firstBad(World world) {
    return Panel.recordCheck(world.table).firstBad(world.task());
  }

  private static Approval paid(World world) {
    return world.table.approvals(World.ID).getFirst();
  }

  private static LedgerRow row(World world, String tool) {
    return world.table.ledger(World.ID).stream()
        .filter(each -> each.tool().equals(tool))
        .findFirst()
        .orElseThrow();
  }

  private static String log(JournalItem item) {
    return TASK + item.sortKey();
  }

  private static List<JournalItem> chained(World world) {
    List<JournalItem> items = new ArrayList<>(world.journal());
    items.removeIf(
        each -> each instanceof JournalItem.Answer || each instanceof JournalItem.Snapshot);
    return items;
  }

  @Test
  void anUntouchedRecordHoldsAtItsEndAndWhileItWaits() {
    assertThat(firstBad(world())).isEmpty();

    World waiting = new World(Script.moves(Move.of(call("c1", "pay", "bill 7"))));
    waiting.play();
    assertThat(firstBad(waiting)).isEmpty();
  }

  @Test
  void aDeletedJournalItemIsNamed() {
    World world = world();
    for (JournalItem item : chained(world)) {
      String text = Stored.text(item);
      world.forge(log(item), Optional.empty());

      Optional<String> bad = firstBad(world);

      // What follows does not follow: where the gap begins is named, or the number that is missing.
      assertThat(bad.orElse("intact"))
          .as("%s", item.sortKey())
          .isIn("journal entry " + item.sortKey(), "journal entry " + chainedBefore(world, item));
      world.forge(log(item), Optional.of(text));
      assertThat(firstBad(world)).isEmpty();
    }
  }

  private static String chainedBefore(World world, JournalItem gone) {
    return chained(world).stream()
        .map(JournalItem::sortKey)
        .filter(key -> key.compareTo(gone.sortKey()) < 0)
        .reduce((_, last) -> last)
        .orElse("");
  }

  @Test
  void anAlteredJournalItemIsNamed() {
    World world = world();
    for (JournalItem item : chained(world)) {
      String text = Stored.text(item);
      world.tamper(log(item), was -> was.replaceFirst("\"at\":\"2026", "\"at\":\"2025"));

      assertThat(firstBad(world)).contains("journal entry " + item.sortKey());
      world.forge(log(item), Optional.of(text));
    }
  }

  @Test
  void twoJournalEntriesThatChangedPlacesAreNamed() {
    World world = world();
    JournalItem one = world.entries().get(0);
    JournalItem two = world.entries().get(1);
    world.forge(log(one), Optional.of(Stored.text(two)));
    world.forge(log(two), Optional.of(Stored.text(one)));

    assertThat(firstBad(world)).contains("journal entry " + one.sortKey());
  }

  @Test
  void anInsertedNoteIsNamedThoughItContinuesTheChain() {
    World world = world();
    JournalItem.Entry first = world.entries().getFirst();
    var forged =
        new JournalItem.Note(
            JournalItem.SCHEMA,
            World.ID,
            2,
            0,
            world.now,
            JournalItem.Note.ANSWERED,
            "ann",
            "APPROVED everything",
            first.hash());
    world.forge(log(forged), Optional.of(Stored.text(forged)));

    assertThat(firstBad(world)).contains("journal entry " + forged.sortKey());
  }

  @Test
  void anAlteredDecisionIsNamed() {
    World world = world();
    Approval asked = paid(world);
    String name = "action %s (pay): a decision does not hold: ".formatted(asked.actionKey());
    world.tamper(
        "DECISION#" + asked.id() + "/ann", text -> text.replace("\"APPROVE\"", "\"REJECT\""));

    assertThat(firstBad(world)).contains(name + "its signature is not of a live key");
  }

  @Test
  void aDeletedDecisionIsNamed() {
    World world = world();
    Approval asked = paid(world);
    world.forge("DECISION#" + asked.id() + "/bob", Optional.empty());

    assertThat(firstBad(world))
        .contains("action %s (pay): 1 of 2 approvals are signed".formatted(asked.actionKey()));
  }

  @Test
  void anAlteredApprovalIsNamedWhetherItsActionRanOrNot() {
    World world = world();
    Approval ran = paid(world);
    Approval rejected = world.table.approvals(World.ID).get(1);
    assertThat(rejected.state()).isEqualTo(Approval.State.REJECTED);
    String key = TASK + "APPROVAL#" + rejected.id();
    String whole = Json.write(rejected);
    world.tamper(key, text -> text.replace("\"needed\":2", "\"needed\":1"));
    assertThat(firstBad(world))
        .contains(
            "approval %s (pay): the decision of cid: the question is not the one that was answered"
                .formatted(rejected.id()));
    world.forge(key, Optional.of(whole));

    world.tamper(
        TASK + "APPROVAL#" + ran.id(), text -> text.replace("\"needed\":2", "\"needed\":1"));

    assertThat(firstBad(world))
        .contains(
            "action %s (pay): a decision does not hold: the question is not the one that was answered"
                .formatted(ran.actionKey()));
  }

  @Test
  void aDeletedApprovalIsNamed() {
    World world = world();
    Approval rejected = world.table.approvals(World.ID).get(1);
    world.forge(TASK + "APPROVAL#" + rejected.id(), Optional.empty());

    assertThat(firstBad(world))
        .contains("action %s (pay): the question about it is gone".formatted(rejected.actionKey()));
  }

  @Test
  void anUnsignedAnswerAboutAnUnknownOutcomeIsNamed() {
    World world = world();
    Approval doubt = world.table.approvals(World.ID).getLast();
    assertThat(doubt.kind()).isEqualTo(Approval.Kind.OUTCOME);
    String key = "DECISION#" + doubt.id() + "/ann";
    String name = "approval %s (send): ".formatted(doubt.id());
    world.tamper(key, text -> text.replace("IT_HAPPENED", "RUN_IT"));
    assertThat(firstBad(world))
        .contains(name + "the decision of ann: its signature is not of a live key");

    world.forge(key, Optional.empty());

    assertThat(firstBad(world)).contains(name + "nobody signed the answer");
  }

  @Test
  void alteredArgumentsOfTheLedgerAreNamed() {
    for (String tool : List.of("keep", "pay", "send")) {
      World world = world();
      LedgerRow row = row(world, tool);
      world.tamper(
          TASK + "ACTION#" + row.key(),
          text -> text.replaceFirst("\"text\":\"", "\"text\":\"more "));

      assertThat(firstBad(world))
          .contains(
              "action %s (%s): its arguments are not those of its digest"
                  .formatted(row.key(), tool));
    }
  }

  @Test
  void anAlteredResultAndADeletedOrInsertedRowAreNamed() {
    World world = world();
    LedgerRow kept = row(world, "keep");
    String key = TASK + "ACTION#" + kept.key();
    String name = "action %s (keep): ".formatted(kept.key());
    world.tamper(key, text -> text.replace("keep did b", "keep did more"));
    assertThat(firstBad(world)).contains(name + "the journal names another result");

    world.forge(key, Optional.empty());
    assertThat(firstBad(world)).contains(name + "it is gone");

    world.forge(key, Optional.of(Json.write(kept)));
    String other = "0".repeat(32);
    world.forge(TASK + "ACTION#" + other, Optional.of(Json.write(kept).replace(kept.key(), other)));
    assertThat(firstBad(world))
        .contains("action %s (keep): its key is not that of such an action".formatted(other));
  }

  @Test
  void anAlteredAnswerOrSnapshotIsNamed() {
    World world = world();
    List<JournalItem> saved = new ArrayList<>(world.journal());
    saved.removeAll(chained(world));
    assertThat(saved).hasAtLeastOneElementOfType(JournalItem.Answer.class);
    assertThat(saved).hasAtLeastOneElementOfType(JournalItem.Snapshot.class);
    for (JournalItem item : saved) {
      String text = Stored.text(item);
      world.tamper(log(item), was -> was.replaceFirst("\"text\":\"", "\"text\":\"more "));

      assertThat(firstBad(world)).as(text).contains("journal entry " + item.sortKey());
      world.forge(log(item), Optional.of(text));
    }
    assertThat(firstBad(world)).isEmpty();
  }

  @Test
  void aDeletedQuestionAboutAnOutcomeIsNamed() {
    World world = world();
    Approval doubt = world.table.approvals(World.ID).getLast();
    world.forge(TASK + "APPROVAL#" + doubt.id(), Optional.empty());

    assertThat(firstBad(world))
        .contains(
            "approval %s: the journal tells of its answer, and it is gone".formatted(doubt.id()));
  }

  @Test
  void aRejectionWhoseDecisionIsGoneOrSaysSomethingElseIsNamed() {
    World world = world();
    Approval rejected = world.table.approvals(World.ID).get(1);
    String name = "approval %s (pay): nobody signed the answer".formatted(rejected.id());
    String question = TASK + "APPROVAL#" + rejected.id();
    world.tamper(question, text -> text.replace("paid already", "paid twice"));
    assertThat(firstBad(world)).contains(name);
    world.forge(question, Optional.of(Json.write(rejected)));
    assertThat(firstBad(world)).isEmpty();

    world.forge("DECISION#" + rejected.id() + "/cid", Optional.empty());

    assertThat(firstBad(world)).contains(name);
  }

  @Test
  void anAlteredOrDeletedVoteIsNamed() {
    World world = world();
    Approval paid = paid(world);
    String question = TASK + "APPROVAL#" + paid.id();
    Approval.Vote first = paid.votes().getFirst();
    String vote = Json.write(first);
    String name = "approval %s (pay): the vote of %s ".formatted(paid.id(), first.approver());
    world.tamper(question, text -> text.replace(vote, vote.replace("2026", "2025")));
    assertThat(firstBad(world)).contains(name + "is not what was signed");
    world.forge(question, Optional.of(Json.write(paid)));

    world.tamper(question, text -> text.replace(vote + ",", ""));

    assertThat(firstBad(world)).contains(name + "is gone");
  }

  @Test
  void aWithdrawalThatIsGoneIsNamedAndItsApprovalDoesNotCountBeforeTheCall() {
    World world =
        new World(
            Script.moves(Move.of(call("c1", "pay", "bill 7")), Move.complete()),
            builder ->
                builder.gate(
                    Gate.STANDARD.with("pay", Gate.Ruling.Ask.USUAL.of(new Quorum(2, false)))));
    world.play();
    Approval asked = world.openApproval();
    world.say(asked, Choice.APPROVE, "ann", "");
    String voted = Json.write(world.openApproval());
    String nonce = world.table.decisions(asked.id()).getFirst().nonce();
    world.people.desk().withdraw(new Caller.Person("ann", World.ID), asked.id(), nonce);
    assertThat(firstBad(world)).isEmpty();
    String name = "approval %s".formatted(asked.id());
    String question = TASK + "APPROVAL#" + asked.id();
    String withdrawn = Json.write(world.openApproval());
    world.say(asked, Choice.APPROVE, "bob", "");

    world.tamper(question, text -> text.replace("\"OPEN\"", "\"APPROVED\""));
    assertThat(
            Panel.decisions(world.table).ask(World.ID, asked.id(), Panel.asked(asked), world.now))
        .isEqualTo(new DecisionCheck.Invalid("1 of 2 approvals are signed"));
    world.forge(question, Optional.of(voted));
    assertThat(firstBad(world).orElse("intact")).startsWith(name);

    world.forge("DECISION#" + asked.id() + "/bob", Optional.empty());
    world.forge("DECISION#" + asked.id() + "/ann#0001", Optional.empty());
    assertThat(firstBad(world)).contains(name + ": ann took an approval back, and that is gone");
    world.forge("DECISION#" + asked.id() + "/ann", Optional.empty());
    world.forge(question, Optional.of(withdrawn));
    assertThat(firstBad(world)).contains(name + ": ann took an approval back, and that is gone");
  }

  @Test
  void anApprovalWhoseWithdrawalIsMissingInTheMiddleIsNamed() {
    World world =
        new World(
            Script.moves(Move.of(call("c1", "pay", "bill 7")), Move.complete()),
            builder ->
                builder.gate(
                    Gate.STANDARD.with("pay", Gate.Ruling.Ask.USUAL.of(new Quorum(2, false)))));
    world.play();
    Approval asked = world.openApproval();
    world.say(asked, Choice.APPROVE, "ann", "");
    String nonce = world.table.decisions(asked.id()).getFirst().nonce();
    world.people.desk().withdraw(new Caller.Person("ann", World.ID), asked.id(), nonce);
    world.say(asked, Choice.APPROVE, "ann", "");
    world.say(asked, Choice.APPROVE, "bob", "");
    world.forge("DECISION#" + asked.id() + "/ann#0001", Optional.empty());

    assertThat(
            Panel.decisions(world.table).ask(World.ID, asked.id(), Panel.asked(asked), world.now))
        .isEqualTo(
            new DecisionCheck.Invalid(
                "a decision does not hold: the answers of ann do not follow each other"));
  }

  @Test
  void theEndThatOneNoMakesClosesOtherQuestionsInOrder() {
    World world =
        new World(Script.moves(Move.of(call("c1", "pay", "bill 7"), call("c2", "pay", "bill 8"))));
    world.play();
    world.say(world.openApproval(), Choice.REJECT_AND_STOP, "ann", "not ours");

    assertThat(world.task().status()).isEqualTo(Status.FAILED);
    assertThat(firstBad(world)).isEmpty();
  }
}
