package dev.treadle.approval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
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
