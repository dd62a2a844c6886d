package dev.treadle.approval;

import dev.treadle.CanonicalJson;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.JournalCheck;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerCheck;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
    List<LedgerRow> ledger = store.ledger(task.id());
    List<Approval> questions = store.approvals(task.id());
    return LedgerCheck.firstBad(journal, ledger)
        .or(() -> firstUnapproved(ledger))
        .or(() -> firstUnasked(ledger, journal, questions))
        .or(() -> questions.stream().flatMap(each -> flaw(each).stream()).findFirst());
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
    List<Decision> given = store.decisions(question.id());
    Set<String> people = new HashSet<>();
    for (Decision decision : given) {
      Optional<String> flaw = decisions.mismatch(question, decision);
      if (flaw.isPresent()) {
        return flaw.map(why -> name + "the decision of " + decision.approver() + ": " + why);
      }
      people.add(decision.approver());
    }
    for (Approval.Vote vote : question.votes()) {
      if (!people.contains(vote.approver())) {
        return Optional.of(name + "the decision of " + vote.approver() + " is gone");
      }
    }
    boolean isAnswered = question.state() == Approval.State.APPROVED;
    return isAnswered && people.isEmpty()
        ? Optional.of(name + "nobody signed an answer")
        : Optional.empty();
  }
}
