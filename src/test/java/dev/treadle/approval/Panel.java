package dev.treadle.approval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.DecisionCheck;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.AnswerBook;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Loop;
import dev.treadle.engine.TaskStore;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Ann, Bob and Cid, who are asked, with the keys that every test uses. */
public final class Panel {
  private static final String PRIVATE_1 =
      "MC4CAQAwBQYDK2VwBCIEIIkCEZAx3l1II5r024+qMy9Z30dcPVU0NuK6Een6dsdI";
  private static final String PUBLIC_1 =
      "MCowBQYDK2VwAyEAN7JOZMUc4cMWAeOEmUNTNoxGQwCendfsbFoY2B5kXs0=";
  private static final String PRIVATE_2 =
      "MC4CAQAwBQYDK2VwBCIEIGwMmahXfpYOePrf28Dh1GEhm6L56nnddblAD+h7Kdod";
  private static final String PUBLIC_2 =
      "MCowBQYDK2VwAyEAxuHaY+VuJK4BcaMTi8EC0XxnJoYqzJR71oCjj67kzDk=";

  /** The document of the public half of both keys. */
  public static final String PUBLIC_KEYS =
      "{\"keys\": {\"k1\": \"%s\", \"k2\": \"%s\"}}".formatted(PUBLIC_1, PUBLIC_2);

  // Read once: simulations make thousands of desks.
  private static final DecisionSigner SIGNER_1 = signer("k1");
  private static final DecisionKeys BOTH_PUBLIC = publicKeys("k1", "k2");

  public static final Approver ANN = new Approver("ann", "Ann", "ann@example.com");
  public static final Approver BOB = new Approver("bob", "Bob", "bob@example.com");
  public static final Approver CID = new Approver("cid", "Cid", "cid@example.com");
  public static final Approvers APPROVERS =
      new Approvers(Map.of("approvers", List.of(ANN, BOB, CID)));

  private final ApprovalDesk desk;

  private Panel(ApprovalDesk desk) {
    this.desk = desk;
  }

  /** A desk of these people over somebody's table. */
  public static Panel at(Loop.Places places, AgentCatalog agents, InstantSource clock) {
    return at(places, agents, clock, new Entrance(linkKeys("k1", "k1"), new NoLinks()));
  }

  /** A desk of these people beside a loop. */
  public static Panel at(Loop loop, AgentCatalog agents, InstantSource clock) {
    Entrance entrance = new Entrance(linkKeys("k1", "k1"), new NoLinks());
    return new Panel(
        new ApprovalDesk(
            loop.store(), loop.answers(), agents, APPROVERS, entrance, SIGNER_1, clock));
  }

  /** A desk where other people are asked, or another key signs. */
  public static Panel at(
      Loop.Places places,
      AgentCatalog agents,
      InstantSource clock,
      Approvers approvers,
      String keyId) {
    AnswerBook answers = new AnswerBook(places.store(), places.queue(), places.notices());
    Entrance entrance = new Entrance(linkKeys("k1", "k1"), new NoLinks());
    return new Panel(
        new ApprovalDesk(
            places.store(), answers, agents, approvers, entrance, signer(keyId), clock));
  }

  static Panel at(Loop.Places places, AgentCatalog agents, InstantSource clock, Entrance entrance) {
    AnswerBook answers = new AnswerBook(places.store(), places.queue(), places.notices());
    return new Panel(
        new ApprovalDesk(places.store(), answers, agents, APPROVERS, entrance, SIGNER_1, clock));
  }

  /** What a loop believes. */
  public static SignedDecisions decisions(TaskStore store) {
    return new SignedDecisions(store, BOTH_PUBLIC);
  }

  /** What a loop believes to which only some keys are known. */
  public static SignedDecisions decisions(TaskStore store, String... keyIds) {
    return new SignedDecisions(store, publicKeys(keyIds));
  }

  /** Exactly what a question asked about. */
  public static DecisionCheck.Action asked(Approval approval) {
    return new DecisionCheck.Action(
        approval.actionKey(), approval.tool(), approval.action().argumentsDigest());
  }

  /** What {@code treadle verify} finds. */
  public static RecordCheck recordCheck(TaskStore store) {
    return new RecordCheck(store, publicKeys("k1", "k2"));
  }

  public static DecisionSigner signer(String id) {
    return KeyText.signer(
        Json.write(Map.of("id", id, "key", id.equals("k1") ? PRIVATE_1 : PRIVATE_2)));
  }

  static DecisionKeys publicKeys(String... ids) {
    DecisionKeys all = KeyText.decisionKeys(PUBLIC_KEYS);
    Map<String, java.security.PublicKey> some = new java.util.HashMap<>();
    for (String id : ids) some.put(id, Optional.ofNullable(all.byId().get(id)).orElseThrow());
    return new DecisionKeys(some);
  }

  public static LinkKeys linkKeys(String current, String... ids) {
    Map<String, byte[]> keys = new java.util.HashMap<>();
    for (String id : ids) {
      keys.put(id, ("a key of thirty-two bytes, no. " + id).getBytes(StandardCharsets.UTF_8));
    }
    return new LinkKeys(current, keys);
  }

  public ApprovalDesk desk() {
    return desk;
  }

  /** Looks and decides at once, as somebody who has read the page. */
  public DeskAnswer say(
      TaskId task, String approvalId, Decision.Choice choice, String who, String comment) {
    Caller caller = new Caller.Person(who, task);
    DeskAnswer seen = desk.view(caller, approvalId);
    return seen instanceof DeskAnswer.Open open
        ? desk.decide(caller, approvalId, form(open, choice, comment))
        : seen;
  }

  /** A whole form for what the page showed. */
  public static DecisionForm form(DeskAnswer.Open page, Decision.Choice choice, String comment) {
    Approval approval = page.view().approval();
    return new DecisionForm(
        approval.version(),
        choice,
        approval.action().argumentsDigest(),
        page.nonce(),
        comment,
        page.view().requiredConfirmation(),
        Optional.empty());
  }

  /** The same form, with other arguments. */
  public static DecisionForm edited(DeskAnswer.Open page, ObjectNode changes) {
    DecisionForm form = form(page, Decision.Choice.APPROVE, "");
    return new DecisionForm(
        form.version(),
        form.choice(),
        form.argumentsDigest(),
        form.nonce(),
        "",
        form.confirmation(),
        Optional.of(changes));
  }

  /** For those who come in person. */
  private static final class NoLinks implements LinkStore {
    @Override
    public void keep(StoredLink link) {
      throw new IllegalStateException("nobody makes links here");
    }

    @Override
    public List<StoredLink> of(TaskId taskId, String approvalId) {
      return List.of();
    }
  }
}
