package dev.treadle.engine;

import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes what people answer: the signed decision, the question and the head in one transaction, and
 * then the message. A crash between the two is healed by the watchdog.
 *
 * <p>Every method starts from a task and a question that were read together; when the task has
 * moved since, nothing is written and the answer is {@link Commit.Lost}. Every change of a question
 * moves the head, so the head's version guards them all.
 */
public final class AnswerBook {
  private final TaskStore store;
  private final StepQueue queue;
  private final ApprovalNotices notices;
  private final Ending ending;

  public AnswerBook(TaskStore store, StepQueue queue, ApprovalNotices notices) {
    this.store = store;
    this.queue = queue;
    this.notices = notices;
    this.ending = new Ending(store);
  }

  /** One more yes, which is not the last that is needed. */
  public Commit vote(Task task, Approval voted, Decision decision) {
    return counted(task, voted, decision, note(task, decision, "APPROVED " + count(voted)));
  }

  /** A yes less: the question is open as if that person had not said it. */
  public Commit withdraw(Task task, Approval withdrawn, Decision decision) {
    var note =
        JournalItem.Note.on(
            task,
            decision.decidedAt(),
            JournalItem.Note.WITHDRAWN,
            decision.approver(),
            count(withdrawn));
    return counted(task, withdrawn, decision, note);
  }

  private Commit counted(Task task, Approval changed, Decision decision, JournalItem.Note note) {
    Task same = task.stillWaiting(wakeAt(task, Instant.MAX), note.hash());
    return written(Change.of(task, same, note).asking(changed).deciding(decision));
  }

  private static String count(Approval approval) {
    return "%s (%s), %d of %d"
        .formatted(
            approval.tool(),
            approval.id(),
            approval.votes().size(),
            approval.terms().quorum().needed());
  }

  /** The last word about an action: it may run, or it will not and the model hears why. */
  public Commit close(Task task, Approval closed, Decision decision) {
    Instant now = decision.decidedAt();
    var note =
        note(task, decision, "%s %s (%s)".formatted(closed.state(), closed.tool(), closed.id()));
    Task answered = answered(task, note.hash(), now);
    return written(Change.of(task, answered, note).asking(closed).deciding(decision));
  }

  /** The last word about an action is that the task ends. */
  public Commit stop(Task task, Approval asked, Decision decision) {
    Instant now = decision.decidedAt();
    String by = decision.approver();
    List<Approval> closed = new ArrayList<>();
    closed.add(asked.closed(Approval.State.REJECTED, by, now, decision.comment()));
    // To the other questions nobody has said no: they only lose their task.
    ending.closed(task, Approval.State.SUPERSEDED, by, decision.comment(), now).stream()
        .filter(other -> !other.id().equals(asked.id()))
        .forEach(closed::add);
    Outcome outcome =
        new Outcome(
            Reason.HUMAN_REJECTED_ACTION,
            "%s rejected %s: %s".formatted(by, asked.tool(), decision.comment()));
    Change change = ending.change(task, outcome, by, closed, now);
    return written(change.deciding(decision));
  }

  /**
   * Puts an edited action in the place of the one that was asked about.
   *
   * @param edited the question about it: closed by the editor's own word, or open for others
   * @param decision the editor's word about the edited action; absent when it does not count
   */
  public Commit revise(
      Task task,
      Approval asked,
      Approval edited,
      String editor,
      Optional<Decision> decision,
      Instant now) {
    LedgerRow old = row(task, asked);
    LedgerRow revised = old.revised(edited);
    String text =
        "EDITED %s (%s), now %s: %s"
            .formatted(asked.tool(), asked.id(), edited.id(), edited.state());
    var note = JournalItem.Note.on(task, now, JournalItem.Note.ANSWERED, editor, text);
    Task next =
        edited.isOpen()
            ? task.stillWaiting(wakeAt(task, edited.firstLook(now)), note.hash())
            : answered(task, note.hash(), now);
    Change change =
        Change.of(task, next, note)
            .asking(asked.supersededBy(edited.id(), editor, now, "the action was edited"), edited)
            .acting(old.revisedAs(revised.key()), revised);
    Commit commit = written(decision.map(change::deciding).orElse(change));
    if (commit instanceof Commit.Written && edited.isOpen()) {
      notices.send(new ApprovalNotice(task.id(), edited.id(), ApprovalNotice.Kind.ASKED));
    }
    return commit;
  }

  /** More time for a question. */
  public Commit extend(Task task, Approval extended, String by, Instant now) {
    String text =
        "more time for %s (%s), until %s"
            .formatted(extended.tool(), extended.id(), extended.expiresAt());
    var note = JournalItem.Note.on(task, now, JournalItem.Note.EXTENDED, by, text);
    Task same = task.stillWaiting(wakeAt(task, extended.nextLook(now)), note.hash());
    return written(Change.of(task, same, note).asking(extended));
  }

  /** A report as the journal has it. */
  public static String reportOf(Approval about, String words) {
    return "%s (%s): %s".formatted(about.tool(), about.id(), words);
  }

  /** Somebody says that something looks wrong, which changes nothing. */
  public Commit report(Task task, Approval about, String by, String words, Instant now) {
    var note =
        JournalItem.Note.on(task, now, JournalItem.Note.REPORTED, by, reportOf(about, words));
    return written(
        Change.of(task, task.stillWaiting(wakeAt(task, Instant.MAX), note.hash()), note));
  }

  /** What became of an action whose outcome was unknown. */
  public Commit resolve(Task task, Approval asked, Decision decision) {
    Instant now = decision.decidedAt();
    LedgerRow row = row(task, asked);
    return switch (decision.choice()) {
      case STOP -> {
        Outcome outcome =
            new Outcome(
                Reason.HUMAN_REJECTED_ACTION, decision.approver() + ": " + decision.comment());
        List<Approval> closed =
            ending.closed(
                task, Approval.State.SUPERSEDED, decision.approver(), decision.comment(), now);
        yield written(
            ending.change(task, outcome, decision.approver(), closed, now).deciding(decision));
      }
      case IT_HAPPENED, RUN_IT -> {
        boolean happened = decision.choice() == Decision.Choice.IT_HAPPENED;
        String text =
            "%s says that it %s: %s"
                .formatted(
                    decision.approver(),
                    happened ? "happened" : "did not happen",
                    decision.comment());
        var note = note(task, decision, "%s (%s): %s".formatted(asked.tool(), asked.id(), text));
        Approval closed =
            asked.closed(Approval.State.APPROVED, decision.approver(), now, decision.comment());
        Task answered = task.answered(task.progress(), note.hash(), now);
        yield written(
            Change.of(task, answered, note)
                .acting(row.resolved(happened, text))
                .asking(closed)
                .deciding(decision));
      }
      case APPROVE, REJECT, REJECT_AND_STOP, WITHDRAW ->
          throw new IllegalStateException(
              "task %s: %s is no answer to what became of %s"
                  .formatted(task.id(), decision.choice(), asked.tool()));
    };
  }

  private static Task answered(Task task, String hash, Instant now) {
    Task.Progress progress = task.progress();
    return task.answered(progress.withOpenApprovals(progress.openApprovals() - 1), hash, now);
  }

  private static Instant wakeAt(Task task, Instant other) {
    Instant at = task.wake().at();
    return at == null || other.isBefore(at) ? other : at;
  }

  private LedgerRow row(Task task, Approval asked) {
    return store.rows(task.id(), List.of(asked.actionKey())).stream()
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "task %s: approval %s is about an action that is not in the ledger: %s"
                    .formatted(task.id(), asked.id(), asked.actionKey())));
  }

  private static JournalItem.Note note(Task task, Decision decision, String text) {
    return JournalItem.Note.on(
        task, decision.decidedAt(), JournalItem.Note.ANSWERED, decision.approver(), text);
  }

  private Commit written(Change change) {
    Commit commit = store.commit(change);
    if (commit instanceof Commit.Written(Task task) && task.status() == Status.RUNNING) {
      queue.send(task.due(), Duration.ZERO);
    }
    return commit;
  }
}
