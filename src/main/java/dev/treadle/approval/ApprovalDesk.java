package dev.treadle.approval;

import dev.treadle.Status;
import dev.treadle.Violation;
import dev.treadle.approval.Entrance.Admitted;
import dev.treadle.approval.Entrance.Turned;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.AnswerBook;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Commit;
import dev.treadle.engine.Decision;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.TaskStore;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where people look at questions and answer them: the one entrance for pages, the command line and
 * whatever comes later.
 *
 * <p>Looking changes nothing. A decision is recorded at most once for each person and question, in
 * one transaction with the question and its task; the same form sent twice gets the first answer.
 * What the store throws comes out: whoever asked logs it and answers {@link
 * DeskAnswer.StoreUnavailable}, after which the same form may be sent again. Safe for several
 * threads.
 */
public final class ApprovalDesk {
  /** Of people who decide at the same moment one wins each time, and the others look again. */
  private static final int TRIES_MAX = 5;

  private final TaskStore store;
  private final AnswerBook answers;
  private final Entrance entrance;
  private final DecisionSigner signer;
  private final InstantSource clock;
  private final Views views;
  private final Edits edits;
  private final Approvers approvers;
  private final Nonces nonces;

  public ApprovalDesk(
      TaskStore store,
      AnswerBook answers,
      AgentCatalog agents,
      Approvers approvers,
      Entrance entrance,
      DecisionSigner signer,
      InstantSource clock) {
    this.store = store;
    this.answers = answers;
    this.entrance = entrance;
    this.signer = signer;
    this.clock = clock;
    this.views = new Views(store, approvers);
    this.edits = new Edits(agents, this.views, clock);
    this.approvers = approvers;
    this.nonces = new Nonces(entrance.keys());
  }

  /** Shows a question. */
  public DeskAnswer view(Caller caller, String approvalId) {
    return at(caller, approvalId, reading -> Optional.of(stateOf(reading)));
  }

  /** Decides about a question. */
  public DeskAnswer decide(Caller caller, String approvalId, DecisionForm form) {
    return at(caller, approvalId, reading -> decided(reading, form));
  }

  /**
   * Gives a question more time, by the step that it was asked with.
   *
   * @param version that the page showed
   */
  public DeskAnswer extend(Caller caller, String approvalId, long version) {
    return at(caller, approvalId, reading -> extended(reading, version));
  }

  /**
   * Takes back what this person approved, while others are still waited for.
   *
   * @param nonce of the approval that is meant ({@link Decision#nonce}): of another one that was
   *     given since, nothing is taken back
   */
  public DeskAnswer withdraw(Caller caller, String approvalId, String nonce) {
    return at(caller, approvalId, reading -> withdrawn(reading, nonce));
  }

  /** Notes, for whoever looks after the task, that something looks wrong: it decides nothing. */
  public DeskAnswer report(Caller caller, String approvalId, String words) {
    return at(caller, approvalId, reading -> reported(reading, words.strip()));
  }

  /** Everything that concerns one person; empty for somebody whom no group knows. */
  public Optional<Inbox> inbox(String approverId) {
    return approvers
        .find(approverId)
        .map(person -> new InboxReader(store, views, person).read(now()));
  }

  /**
   * Lets the caller in, reads the question and answers.
   *
   * @param answer empty when somebody else wrote between the reading and the writing
   */
  private DeskAnswer at(
      Caller caller, String approvalId, Function<Reading, Optional<DeskAnswer>> answer) {
    return switch (entrance.admit(caller, approvalId, now())) {
      case Turned(DeskAnswer away) -> away;
      case Admitted admitted -> {
        for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
          Optional<Reading> reading = views.read(admitted, approvalId);
          if (reading.isEmpty()) yield new DeskAnswer.Unknown();
          Optional<DeskAnswer> given = answer.apply(reading.get());
          if (given.isPresent()) yield given.get();
        }
        yield views
            .read(admitted, approvalId)
            .<DeskAnswer>map(reading -> new DeskAnswer.TaskNotWaiting(view(reading), true))
            .orElseGet(DeskAnswer.Unknown::new);
      }
    };
  }

  private Optional<DeskAnswer> decided(Reading reading, DecisionForm form) {
    // One moment for the judgement and the record: a desk that stalls in between would otherwise
    // sign a decision that was in time as one that came too late.
    Instant now = now();
    Optional<DeskAnswer> objection = objection(reading, form, now);
    if (objection.isPresent()) return objection;
    if (form.edits().isPresent()) {
      switch (edits.of(reading, form.edits().get())) {
        case Edits.Refused(DeskAnswer no) -> {
          return Optional.of(no);
        }
        case Edits.Same() -> {}
        case Edits.Edited edited -> {
          return revised(reading, form, edited, now);
        }
      }
    }
    return answered(reading, written(reading, form, reading.approval(), now));
  }

  /** What keeps this form from being recorded, if anything does. */
  private Optional<DeskAnswer> objection(Reading reading, DecisionForm form, Instant now) {
    Approval approval = reading.approval();
    if (reading.mine().isPresent()) {
      boolean isRepeated = reading.mine().get().nonce().equals(form.nonce());
      return Optional.of(
          isRepeated ? stateOf(reading) : new DeskAnswer.AlreadyDecided(view(reading)));
    }
    if (!approval.isDecidableAt(now) || !reading.mayDecide()) return Optional.of(stateOf(reading));
    if (!isOfThisPage(reading, form, now)) {
      return Optional.of(new DeskAnswer.VersionChanged(view(reading), nonce(reading, now)));
    }
    if (!reading.isWaiting()) return Optional.of(notWaiting(reading));
    List<Violation> broken = FormCheck.of(form, approval);
    if (!broken.isEmpty()) return Optional.of(new DeskAnswer.Invalid(broken));
    return approval.kind() == Approval.Kind.OUTCOME ? tooEarly(reading, now) : Optional.empty();
  }

  private boolean isOfThisPage(Reading reading, DecisionForm form, Instant now) {
    Approval approval = reading.approval();
    return form.version() == approval.version()
        && form.argumentsDigest().equals(approval.action().argumentsDigest())
        && nonces.isGood(form.nonce(), approval, reading.viewer().id(), now);
  }

  /** The worker that was given up may still make it happen: nobody can know yet. */
  private Optional<DeskAnswer> tooEarly(Reading reading, Instant now) {
    return store.rows(reading.task().id(), List.of(reading.approval().actionKey())).stream()
        .findFirst()
        .map(LedgerRow::settledAfter)
        .filter(now::isBefore)
        .map(until -> new DeskAnswer.NotYet(view(reading), until));
  }

  private Commit written(Reading reading, DecisionForm form, Approval approval, Instant now) {
    Decision decision = sign(reading, form, approval, now);
    return switch (form.choice()) {
      case APPROVE -> {
        Approval voted = approval.voted(decision.vote());
        yield isEnough(voted)
            ? answers.close(reading.task(), closed(voted, decision), decision)
            : answers.vote(reading.task(), voted, decision);
      }
      case REJECT ->
          answers.close(
              reading.task(),
              approval.closed(
                  Approval.State.REJECTED, decision.approver(), now, decision.comment()),
              decision);
      case REJECT_AND_STOP -> answers.stop(reading.task(), approval, decision);
      case IT_HAPPENED, RUN_IT, STOP -> answers.resolve(reading.task(), approval, decision);
      case WITHDRAW ->
          throw new IllegalStateException(
              "approval %s of task %s: a form took an approval back, which FormCheck refuses"
                  .formatted(approval.id(), approval.taskId()));
    };
  }

  private Optional<DeskAnswer> revised(
      Reading reading, DecisionForm form, Edits.Edited edited, Instant now) {
    Approval fresh = edited.question();
    String editor = reading.viewer().id();
    if (edited.isSeverer()) {
      // What the editor was shown did not say so: nobody has approved that yet.
      Commit commit =
          answers.revise(reading.task(), reading.approval(), fresh, editor, Optional.empty(), now);
      return askedAnew(reading, fresh, commit);
    }
    Decision decision = sign(reading, form, fresh, now);
    Approval voted = fresh.voted(decision.vote());
    Approval settled = isEnough(voted) ? closed(voted, decision) : voted;
    Commit commit =
        answers.revise(
            reading.task(), reading.approval(), settled, editor, Optional.of(decision), now);
    if (settled.isOpen()) return askedAnew(reading, settled, commit);
    return switch (commit) {
      case Commit.Lost _ -> Optional.empty();
      case Commit.Written _ ->
          views
              .read(new Admitted(settled.taskId(), editor), settled.id())
              .map(again -> new DeskAnswer.Recorded(view(again), decision));
    };
  }

  private Optional<DeskAnswer> askedAnew(Reading reading, Approval fresh, Commit commit) {
    return switch (commit) {
      case Commit.Lost _ -> Optional.empty();
      case Commit.Written _ ->
          again(reading).map(now -> new DeskAnswer.AskedAnew(view(now), fresh.id()));
    };
  }

  private Optional<DeskAnswer> extended(Reading reading, long version) {
    Approval approval = reading.approval();
    Instant now = now();
    if (!approval.isOpen()) return Optional.of(stateOf(reading));
    if (!reading.mayDecide()) return Optional.of(notAllowed(reading));
    if (approval.version() != version) {
      return Optional.of(new DeskAnswer.VersionChanged(view(reading), nonce(reading, now)));
    }
    if (!approval.timing().mayExtend()) {
      String why = "it was extended %d times already".formatted(approval.timing().extensions());
      return Optional.of(new DeskAnswer.NotAllowed(view(reading), why));
    }
    if (!reading.isWaiting()) return Optional.of(notWaiting(reading));
    Approval longer = approval.extended(now);
    return switch (answers.extend(reading.task(), longer, reading.viewer().id(), now)) {
      case Commit.Lost _ -> Optional.empty();
      case Commit.Written _ ->
          again(reading).map(it -> new DeskAnswer.Extended(view(it), nonce(it, now)));
    };
  }

  private Optional<DeskAnswer> withdrawn(Reading reading, String nonce) {
    Approval approval = reading.approval();
    Instant now = now();
    List<Decision> mine = reading.all();
    if (mine.isEmpty() || !mine.getLast().nonce().equals(nonce)) {
      String rule = "This is not about your last answer to this request. Look at it again.";
      return Optional.of(new DeskAnswer.Invalid(List.of(new Violation("nonce", rule))));
    }
    if (!approval.isDecidableAt(now)) return Optional.of(tooLate(reading));
    if (reading.mine().isEmpty()) return Optional.of(withdrawnNow(reading, now));
    if (!reading.isWaiting()) return Optional.of(notWaiting(reading));
    DecisionForm form = DecisionForm.withdrawing(approval, nonce);
    Decision decision = sign(reading, form, approval, now);
    Approval without = approval.withdrawn(decision.approver());
    return switch (answers.withdraw(reading.task(), without, decision)) {
      case Commit.Lost _ -> Optional.empty();
      case Commit.Written _ -> again(reading).map(it -> withdrawnNow(it, now));
    };
  }

  private DeskAnswer withdrawnNow(Reading reading, Instant now) {
    return new DeskAnswer.Withdrawn(view(reading), nonce(reading, now));
  }

  private Optional<DeskAnswer> reported(Reading reading, String words) {
    Approval approval = reading.approval();
    Instant now = now();
    if (!approval.isOpen()) return Optional.of(stateOf(reading));
    if (!reading.isWaiting()) return Optional.of(notWaiting(reading));
    Reports reports = Reports.about(approval, store);
    String by = reading.viewer().id();
    var heard = new DeskAnswer.Reported(view(reading), nonce(reading, now));
    if (reports.hold(by, words)) return Optional.of(heard);
    Optional<Violation> broken = reports.objection(words);
    if (broken.isPresent()) return Optional.of(new DeskAnswer.Invalid(List.of(broken.get())));
    return switch (answers.report(reading.task(), approval, by, words, now)) {
      case Commit.Lost _ -> Optional.empty();
      case Commit.Written _ -> Optional.of(heard);
    };
  }

  /** What was approved, refused or ran out of time cannot be taken back. */
  private DeskAnswer tooLate(Reading reading) {
    return switch (stateOf(reading)) {
      case DeskAnswer.Recorded(var view, var _) -> new DeskAnswer.AlreadyDecided(view);
      case DeskAnswer.WaitingForOthers(var view, var _) -> new DeskAnswer.Expired(view);
      case DeskAnswer other -> other;
    };
  }

  private Optional<DeskAnswer> answered(Reading reading, Commit commit) {
    return switch (commit) {
      case Commit.Lost _ -> Optional.empty();
      case Commit.Written _ -> again(reading).map(this::stateOf);
    };
  }

  private Optional<Reading> again(Reading reading) {
    Approval approval = reading.approval();
    return views.read(new Admitted(approval.taskId(), reading.viewer().id()), approval.id());
  }

  /** The one answer that fits how a question stands for a person. */
  private DeskAnswer stateOf(Reading reading) {
    Approval approval = reading.approval();
    ApprovalView view = view(reading);
    Approval.Closing closing = approval.closing();
    return switch (approval.state()) {
      case OPEN -> openOf(reading, view);
      case PARKED, EXPIRED -> new DeskAnswer.Expired(view);
      case APPROVED, REJECTED ->
          reading
              .mine()
              .<DeskAnswer>map(mine -> new DeskAnswer.Recorded(view, mine))
              .orElseGet(() -> new DeskAnswer.AlreadyDecided(view));
      case SUPERSEDED ->
          closing != null && closing.supersededBy() instanceof String by
              ? new DeskAnswer.Superseded(view, by)
              : reading
                  .mine()
                  .<DeskAnswer>map(mine -> new DeskAnswer.Recorded(view, mine))
                  .orElseGet(() -> new DeskAnswer.TaskNotWaiting(view, false));
      case VOID -> new DeskAnswer.Voided(view);
    };
  }

  private DeskAnswer openOf(Reading reading, ApprovalView view) {
    Instant now = now();
    if (reading.mine().isPresent()) {
      return new DeskAnswer.WaitingForOthers(view, reading.mine().get());
    }
    if (!reading.approval().isDecidableAt(now)) return new DeskAnswer.Expired(view);
    if (!reading.mayDecide()) return notAllowed(reading);
    return new DeskAnswer.Open(view, nonce(reading, now));
  }

  private DeskAnswer notWaiting(Reading reading) {
    boolean runs = reading.task().status() == Status.RUNNING;
    return new DeskAnswer.TaskNotWaiting(view(reading), runs);
  }

  private DeskAnswer notAllowed(Reading reading) {
    String why =
        reading.isExcluded()
            ? "whoever started the task may not decide about its actions"
            : "%s is not in the group %s any more"
                .formatted(reading.viewer().name(), reading.approval().terms().group());
    return new DeskAnswer.NotAllowed(view(reading), why);
  }

  private Decision sign(Reading reading, DecisionForm form, Approval about, Instant now) {
    int said = about.id().equals(reading.approval().id()) ? reading.all().size() : 0;
    return signer.sign(form.by(reading.viewer(), about, said, signer.keyId(), now));
  }

  private static boolean isEnough(Approval voted) {
    return voted.votes().size() >= voted.terms().quorum().needed();
  }

  private static Approval closed(Approval voted, Decision decision) {
    return voted.closed(
        Approval.State.APPROVED, decision.approver(), decision.decidedAt(), decision.comment());
  }

  private ApprovalView view(Reading reading) {
    return views.of(reading, now());
  }

  private String nonce(Reading reading, Instant now) {
    return nonces.issue(reading.approval(), reading.viewer().id(), now);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
