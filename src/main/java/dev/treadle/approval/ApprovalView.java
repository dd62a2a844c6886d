package dev.treadle.approval;

import dev.treadle.Status;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Notification;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that one person may see of a question, read at one moment.
 *
 * @param viewer who looks
 * @param names of the people who were asked or have answered
 * @param askedPeople how many people are in the group now, those excluded left out
 * @param decisions everybody's so far, oldest first, with those that were taken back
 * @param task how the task stands
 * @param result what became of the action
 * @param before the last steps of the task, oldest first
 * @param earlier the last decided questions of the same task, oldest first
 * @param choices what this person may say now; empty when nothing
 * @param requiredConfirmation what {@link DecisionForm#confirmation} must hold to approve: empty
 *     for nothing, else a word that the page has the person tick or type
 * @param mayEdit arguments may be changed before approving
 * @param mayExtend more time may be asked for
 * @param notification what the notifier did; empty when it has not come to it
 */
public record ApprovalView(
    Approval approval,
    Approver viewer,
    Names names,
    int askedPeople,
    List<Decision> decisions,
    TaskNow task,
    Result result,
    List<PastStep> before,
    List<Approval> earlier,
    Set<Decision.Choice> choices,
    String requiredConfirmation,
    boolean mayEdit,
    boolean mayExtend,
    Optional<Notification> notification) {
  /** To approve what cannot be undone, a box is ticked whose value this is. */
  public static final String UNDERSTOOD = "understood";

  /**
   * A task at this moment.
   *
   * @param reason the wire name of why it stopped or waits; empty while it runs
   * @param detail the same in words
   */
  public record TaskNow(
      Status status, String reason, String detail, Instant since, int iteration) {}

  /** What became of the action, by the ledger. */
  public record Result(State state, String text) {
    /** How far it got. */
    public enum State {
      /** It waits for the answer, or will not run. */
      NOT_STARTED,
      /** It was started and has not come back. */
      RUNNING,
      SUCCEEDED,
      FAILED,
      UNKNOWN
    }
  }

  /**
   * An earlier step.
   *
   * @param words what it did, in one line
   */
  public record PastStep(int iteration, Instant at, String words) {}

  public ApprovalView {
    decisions = List.copyOf(decisions);
    before = List.copyOf(before);
    earlier = List.copyOf(earlier);
    choices = Set.copyOf(choices);
  }

  /** The decisions that nobody took back, one of each person. */
  public List<Decision> standing() {
    return LastWords.standing(decisions);
  }

  /** What the viewer has decided and not taken back, if anything. */
  public Optional<Decision> mine() {
    return standing().stream().filter(each -> each.approver().equals(viewer.id())).findFirst();
  }
}
