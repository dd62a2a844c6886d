package dev.treadle.approval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import java.time.Instant;
import java.util.Optional;

/**
 * What a page sends when a person decides.
 *
 * @param version of the question that the page showed
 * @param argumentsDigest that the page showed
 * @param nonce that the page was given; the same one again gets the first answer again
 * @param comment why; a rejection of severity HIGH or more needs one
 * @param confirmation must equal {@link ApprovalView#requiredConfirmation} to approve
 * @param edits changed top-level arguments; empty to approve as shown
 */
public record DecisionForm(
    long version,
    Decision.Choice choice,
    String argumentsDigest,
    String nonce,
    String comment,
    String confirmation,
    Optional<ObjectNode> edits) {
  public static final int COMMENT_CHARS_MAX = 2_000;

  /**
   * What is to be signed.
   *
   * @param said how many answers this person had given to the question before
   * @param keyId of the key that will sign it
   */
  Decision by(Approver person, Approval about, int said, String keyId, Instant now) {
    return new Decision(
        Decision.SCHEMA,
        about.id(),
        about.taskId(),
        person.id(),
        choice,
        about.action().argumentsDigest(),
        about.requestDigest(),
        about.version(),
        comment,
        now,
        nonce,
        said,
        keyId,
        null);
  }

  /** The word of whoever takes back the approval that was given with this nonce. */
  static DecisionForm withdrawing(Approval approval, String nonce) {
    return new DecisionForm(
        approval.version(),
        Decision.Choice.WITHDRAW,
        approval.action().argumentsDigest(),
        nonce,
        "",
        "",
        Optional.empty());
  }
}
