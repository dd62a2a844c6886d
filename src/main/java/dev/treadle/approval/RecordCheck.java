package dev.treadle.approval;

import dev.treadle.CanonicalJson;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Decision.Choice;
import dev.treadle.engine.JournalCheck;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerCheck;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.SavedWorkCheck;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether all that is kept of a task still is what was written: its journal, its ledger, and what
 * people were asked and answered.
 *
 * <p>It finds what somebody changed who can write the table. Whoever also holds a decision key can
 * make a record that holds.
 */
public final class RecordCheck {
  private final TaskStore store;
  private final SignedDecisions decisions;

  public RecordCheck(TaskStore store, DecisionKeys keys) {
    this.store = store;
    this.decisions = new SignedDecisions(store, keys);
  }

  /** The first entry that does not hold, and why, in words: journal, ledger, then questions. */
  public Optional<String> firstBad(Task task) {
    List<JournalItem> journal = store.journal(task.id(), JournalItem.firstKeyFromSnapshot(0));
    if (JournalCheck.of(task, journal) instanceof JournalCheck.BrokenAt(String sortKey)) {
      return Optional.of("journal entry " + sortKey);
    }
    Optional<String> saved = SavedWorkCheck.firstBad(journal);
    if (saved.isPresent()) return saved.map(key -> "journal entry " + key);
    List<LedgerRow> ledger = store.ledger(task.id());
    List<Approval> questions = store.approvals(task.id());
    return LedgerCheck.firstBad(journal, ledger)
        .or(() -> firstUnapproved(ledger))
        .or(() -> firstUnasked(ledger, journal, questions))
        .or(() -> firstForgotten(journal, questions))
        .or(() -> firstUntaken(journal))
        .or(() -> questions.stream().flatMap(each -> flaw(each).stream()).findFirst())
        .or(() -> firstUnsigned(questions));
  }

  /** An approval that was found void and whose action never ran is in order. */
  private Optional<String> firstUnapproved(List<LedgerRow> ledger) {
    for (LedgerRow row : ledger) {
      if (!(row.approvalId() instanceof String asked) || row.state() == LedgerRow.State.PLANNED) {
        continue;
      }
      Optional<String> flaw = decisions.flaw(row, asked);
      if (flaw.isPresent()) return flaw.map(why -> LedgerCheck.name(row) + ": " + why);
    }
    return Optional.empty();
  }

  /** What the journal says that it waits for a person has a question. */
  private static Optional<String> firstUnasked(
      List<LedgerRow> ledger, List<JournalItem> journal, List<Approval> questions) {
    Set<String> asked = questions.stream().map(Approval::id).collect(Collectors.toSet());
    Set<String> told = LedgerCheck.actionKeys(journal);
    return ledger.stream()
        .filter(row -> told.contains(row.key()))
        .filter(row -> row.approvalId() instanceof String id && !asked.contains(id))
        .findFirst()
        .map(row -> LedgerCheck.name(row) + ": the question about it is gone");
  }

  private Optional<String> flaw(Approval question) {
    // Why it is void stands in it: something about it did not hold, and nothing came of it.
    if (question.state() == Approval.State.VOID) return Optional.empty();
    String name = "approval %s (%s): ".formatted(question.id(), question.tool());
    Approval.Action action = question.action();
    if (!CanonicalJson.digest(action.arguments()).equals(action.argumentsDigest())) {
      return Optional.of(name + "its arguments are not those of its digest");
    }
    List<Decision> all = store.decisions(question.id());
    for (Decision decision : all) {
      Optional<String> flaw = decisions.mismatch(question, decision);
      if (flaw.isPresent()) {
        return flaw.map(why -> name + "the decision of " + decision.approver() + ": " + why);
      }
    }
    Map<String, Decision> given = new HashMap<>();
    LastWords.standing(all).forEach(each -> given.put(each.approver(), each));
    return LastWords.gap(all).or(() -> voteFlaw(question, given)).map(why -> name + why);
  }

  /** Each vote repeats a signed yes, and each signed yes has its vote. */
  private static Optional<String> voteFlaw(Approval question, Map<String, Decision> given) {
    Set<String> voted = new HashSet<>();
    for (Approval.Vote vote : question.votes()) {
      Decision decision = given.get(vote.approver());
      if (decision == null) return Optional.of("the decision of " + vote.approver() + " is gone");
      boolean isSame =
          decision.choice() == Choice.APPROVE
              && decision.decidedAt().equals(vote.at())
              && decision.comment().equals(vote.comment())
              && voted.add(vote.approver());
      if (!isSame) return Optional.of("the vote of " + vote.approver() + " is not what was signed");
    }
    return given.values().stream()
        .filter(each -> each.choice() == Choice.APPROVE && !voted.contains(each.approver()))
        .findFirst()
        .map(each -> "the vote of " + each.approver() + " is gone");
  }

  /** Each question that people closed was closed by a decision that says what the closing says. */
  private Optional<String> firstUnsigned(List<Approval> questions) {
    List<Decision> all =
        questions.stream().flatMap(each -> store.decisions(each.id()).stream()).toList();
    return questions.stream()
        .filter(each ->
            each.state() == Approval.State.APPROVED || each.state() == Approval.State.REJECTED)
        .filter(each -> all.stream().noneMatch(decision -> closes(each, decision)))
        .findFirst()
        .map(
            each -> "approval %s (%s): nobody signed the answer".formatted(each.id(), each.tool()));
  }

  private static boolean closes(Approval question, Decision decision) {
    Approval.Closing closing = question.closing();
    boolean isHeard =
        closing != null
            && closing.by().equals(decision.approver())
            && closing.at().equals(decision.decidedAt())
            && closing.words().equals(decision.comment());
    boolean isHere = decision.approvalId().equals(question.id());
    return isHeard
        && switch (decision.choice()) {
          case APPROVE, IT_HAPPENED, RUN_IT ->
              isHere && question.state() == Approval.State.APPROVED;
          case REJECT -> isHere && question.state() == Approval.State.REJECTED;
          // The end of a task closes its other questions too.
          case REJECT_AND_STOP -> question.state() == Approval.State.REJECTED;
          case WITHDRAW, STOP -> false;
        };
  }

  /** Each approval that the journal says was taken back was, by a decision of its person. */
  private Optional<String> firstUntaken(List<JournalItem> journal) {
    return journal.stream()
        .flatMap(item ->
            item instanceof JournalItem.Note note && note.event().equals(JournalItem.Note.WITHDRAWN)
                ? Stream.of(note)
                : Stream.<JournalItem.Note>empty())
        .filter(note -> note.question().filter(id -> isTaken(id, note)).isEmpty())
        .findFirst()
        .map(note ->
            "approval %s: %s took an approval back, and that is gone"
                .formatted(note.question().orElse("without a name"), note.by()));
  }

  private boolean isTaken(String question, JournalItem.Note told) {
    return store.decisions(question).stream()
        .anyMatch(each ->
            each.choice() == Choice.WITHDRAW
                && each.approver().equals(told.by())
                && each.decidedAt().equals(told.at()));
  }

  /** Each question whose answer the journal tells of is there. */
  private static Optional<String> firstForgotten(
      List<JournalItem> journal, List<Approval> questions) {
    Set<String> asked = questions.stream().map(Approval::id).collect(Collectors.toSet());
    return journal.stream()
        .flatMap(item ->
            item instanceof JournalItem.Note note
                ? note.question().stream()
                : Stream.<String>empty())
        .filter(id -> !asked.contains(id))
        .findFirst()
        .map(id -> "approval %s: the journal tells of its answer, and it is gone".formatted(id));
  }
}
