package dev.treadle.approval;

import dev.treadle.CanonicalJson;
import dev.treadle.DecisionCheck;
import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.TaskStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Believes nothing but signatures: an action may run when enough distinct people signed exactly it,
 * for exactly this question, in time.
 *
 * <p>What the table says beside that, the step function could have written itself.
 */
public final class SignedDecisions implements DecisionCheck {
  private final TaskStore store;
  private final DecisionKeys keys;

  public SignedDecisions(TaskStore store, DecisionKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  @Override
  public Answer ask(TaskId taskId, String approvalId, Action action, Instant now) {
    Optional<Approval> found = store.approval(taskId, approvalId);
    if (found.isEmpty()) return new Invalid("no human was asked about it");
    Approval approval = found.get();
    return switch (approval.state()) {
      case OPEN, PARKED -> new StillOpen();
      case APPROVED -> approved(approval, action);
      case REJECTED -> rejected(approval);
      case EXPIRED, SUPERSEDED, VOID -> new Invalid(words(approval));
    };
  }

  /** What keeps an action that was started from resting on its approval, in words. */
  Optional<String> flaw(LedgerRow started, String approvalId) {
    return switch (ask(started.taskId(), approvalId, started.action(), Instant.EPOCH)) {
      case Approved _ -> Optional.<String>empty();
      case Invalid(String why) -> Optional.of(why);
      case Rejected _ -> Optional.of("it was rejected");
      case StillOpen() -> Optional.of("nobody has decided");
    };
  }

  private static String words(Approval approval) {
    Approval.Closing closing = approval.closing();
    return closing == null || closing.words().isBlank()
        ? "the approval is " + approval.state()
        : closing.words();
  }

  /** A no needs no proof: whoever forged it has only kept an action from running. */
  private static Answer rejected(Approval approval) {
    Approval.Closing closing = approval.closing();
    return closing == null ? new Rejected("", "") : new Rejected(closing.by(), closing.words());
  }

  private Answer approved(Approval approval, Action action) {
    // The row is the step's own to write: a yes to one tool must not run another one.
    if (!approval.actionKey().equals(action.key()) || !approval.tool().equals(action.tool())) {
      return new Invalid("another action was approved");
    }
    String argumentsDigest = action.argumentsDigest();
    if (!approval.action().argumentsDigest().equals(argumentsDigest)
        || !CanonicalJson.digest(approval.action().arguments()).equals(argumentsDigest)) {
      return new Invalid("other arguments were approved");
    }
    List<Decision> decisions = store.decisions(approval.id());
    Optional<String> flaw = flaw(approval, decisions);
    if (flaw.isPresent()) return new Invalid("a decision does not hold: " + flaw.get());
    Set<String> people =
        LastWords.standing(decisions).stream().map(Decision::approver).collect(Collectors.toSet());
    int needed = approval.terms().quorum().needed();
    return people.size() >= needed
        ? new Approved(String.join(", ", people.stream().sorted().toList()))
        : new Invalid("%d of %d approvals are signed".formatted(people.size(), needed));
  }

  /** What keeps these decisions from authorising the action, if anything does. */
  private Optional<String> flaw(Approval approval, List<Decision> decisions) {
    return decisions.stream()
        .flatMap(each -> mismatch(approval, each).stream())
        .findFirst()
        .or(() -> LastWords.gap(decisions))
        .or(() ->
            LastWords.standing(decisions).stream()
                .flatMap(each -> unauthorised(approval, each).stream())
                .findFirst());
  }

  /** What keeps a decision, whatever it says, from being an answer to a question. */
  Optional<String> mismatch(Approval approval, Decision decision) {
    if (!keys.verify(decision)) return Optional.of("its signature is not of a live key");
    if (!decision.approvalId().equals(approval.id())
        || !decision.taskId().equals(approval.taskId())) {
      return Optional.of("it is about another action");
    }
    if (!decision.argumentsDigest().equals(approval.action().argumentsDigest())
        || !decision.requestDigest().equals(approval.requestDigest())) {
      return Optional.of("the question is not the one that was answered");
    }
    return decision.decidedAt().isBefore(approval.expiresAt())
        ? Optional.empty()
        : Optional.of("it came after the time was over");
  }

  private static Optional<String> unauthorised(Approval approval, Decision decision) {
    if (decision.choice() != Decision.Choice.APPROVE) return Optional.of("it is not a yes");
    if (approval.terms().quorum().excludesRequester()
        && Requester.is(approval.source().requester(), decision.approver())) {
      return Optional.of("the requester approved it");
    }
    return Optional.empty();
  }
}
