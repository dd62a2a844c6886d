package dev.treadle.approval;

import dev.treadle.Violation;
import dev.treadle.engine.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the desk answers, to a look as to a decision: one value for each state that a page has. The
 * codes are what a page of HTTP says: to a look, and after the stroke to a decision.
 */
public sealed interface DeskAnswer {
  /**
   * It may be decided by this person (200 / -).
   *
   * @param nonce goes into {@link DecisionForm#nonce}, and is good for hours
   */
  record Open(ApprovalView view, String nonce) implements DeskAnswer {}

  /**
   * This person's word decided it (200 / 201); {@link ApprovalView#result} says what came of it.
   */
  record Recorded(ApprovalView view, Decision decision) implements DeskAnswer {}

  /** This person's word is recorded, and more are needed (200 / 201). */
  record WaitingForOthers(ApprovalView view, Decision decision) implements DeskAnswer {}

  /**
   * This person's approval does not count any more, and the question is open to them again if they
   * may decide (- / 200).
   *
   * @param nonce for another answer
   */
  record Withdrawn(ApprovalView view, String nonce) implements DeskAnswer {}

  /**
   * It is noted that something looks wrong to this person; the question is as it was (- / 200).
   *
   * @param nonce for an answer
   */
  record Reported(ApprovalView view, String nonce) implements DeskAnswer {}

  /** Somebody else decided (200 / 409 {@code ALREADY_DECIDED}). */
  record AlreadyDecided(ApprovalView view) implements DeskAnswer {}

  /** The time is over; {@link ApprovalView#task} says what that did (410 {@code EXPIRED}). */
  record Expired(ApprovalView view) implements DeskAnswer {}

  /**
   * Another question took its place (200 / 409 {@code SUPERSEDED}).
   *
   * @param by its id
   */
  record Superseded(ApprovalView view, String by) implements DeskAnswer {}

  /**
   * The decision did not fit the action when it was to run, and nothing ran (200 / 409 {@code
   * VOID}).
   */
  record Voided(ApprovalView view) implements DeskAnswer {}

  /**
   * The task ended, or runs just now (200 / 409 {@code TASK_NOT_WAITING}).
   *
   * @param tryAgain it runs, and may wait again in a moment
   */
  record TaskNotWaiting(ApprovalView view, boolean tryAgain) implements DeskAnswer {}

  /**
   * The question is not the one that the page showed, or the page is too old; it is shown again (-
   * / 409 {@code VERSION_CHANGED}).
   */
  record VersionChanged(ApprovalView view, String nonce) implements DeskAnswer {}

  /** It may be read and not decided by this person (403 {@code NOT_ALLOWED}). */
  record NotAllowed(ApprovalView view, String why) implements DeskAnswer {}

  /** A worker may still be in the action whose outcome is asked for (- / 409 {@code NOT_YET}). */
  record NotYet(ApprovalView view, Instant until) implements DeskAnswer {}

  /** The form breaks rules; nothing was recorded (- / 400 {@code INVALID}). */
  record Invalid(List<Violation> violations) implements DeskAnswer {
    public Invalid {
      violations = List.copyOf(violations);
    }
  }

  /** The policy denies the edited action; nothing was recorded (- / 422 {@code EDIT_DENIED}). */
  record EditDenied(ApprovalView view, String why) implements DeskAnswer {}

  /**
   * The edit became a question of its own: severer than this one, or still in need of others (- /
   * 201).
   *
   * @param newApprovalId people are asked anew under this id
   */
  record AskedAnew(ApprovalView view, String newApprovalId) implements DeskAnswer {}

  /** More time was given (- / 200). */
  record Extended(ApprovalView view, String nonce) implements DeskAnswer {}

  /** No such question, or no good link: always the same words (404). */
  record Unknown() implements DeskAnswer {}

  /** Too many failed attempts (429). */
  record TooManyAttempts(Duration retryAfter) implements DeskAnswer {}

  /**
   * The store could not be reached, and perhaps nothing was recorded: the same form may be sent
   * again, and gets the first answer if something was (503).
   */
  record StoreUnavailable() implements DeskAnswer {}

  /** What the person may see, unless the answer shows nothing. */
  default Optional<ApprovalView> seen() {
    return switch (this) {
      case Open(var view, var _) -> Optional.of(view);
      case Recorded(var view, var _) -> Optional.of(view);
      case WaitingForOthers(var view, var _) -> Optional.of(view);
      case Withdrawn(var view, var _) -> Optional.of(view);
      case Reported(var view, var _) -> Optional.of(view);
      case AlreadyDecided(var view) -> Optional.of(view);
      case Expired(var view) -> Optional.of(view);
      case Superseded(var view, var _) -> Optional.of(view);
      case Voided(var view) -> Optional.of(view);
      case TaskNotWaiting(var view, var _) -> Optional.of(view);
      case VersionChanged(var view, var _) -> Optional.of(view);
      case NotAllowed(var view, var _) -> Optional.of(view);
      case NotYet(var view, var _) -> Optional.of(view);
      case EditDenied(var view, var _) -> Optional.of(view);
      case AskedAnew(var view, var _) -> Optional.of(view);
      case Extended(var view, var _) -> Optional.of(view);
      case Invalid _, Unknown _, TooManyAttempts _, StoreUnavailable _ -> Optional.empty();
    };
  }
}
