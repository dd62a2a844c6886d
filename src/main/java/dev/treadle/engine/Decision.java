package dev.treadle.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.CanonicalJson;
import dev.treadle.Json;
import dev.treadle.TaskId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one person decided about one question: written once, never changed, and signed.
 *
 * <p>The engine reads it and checks it; it has no key to make one.
 *
 * @param approver who decided, as the configuration names them
 * @param argumentsDigest of the action that was shown
 * @param requestDigest of the whole question ({@link Approval#requestDigest})
 * @param approvalVersion that the page showed
 * @param nonce of the page that it was made on; the same one again means the same click. A
 *     withdrawal has that of the approval which it takes back
 * @param ordinal how many answers the same person had given to the question before; one who took an
 *     approval back may answer again
 * @param keyId which key signed it
 * @param signature Ed25519 over {@link #payload}, base64url
 */
public record Decision(
    int schema,
    String approvalId,
    TaskId taskId,
    String approver,
    Choice choice,
    String argumentsDigest,
    String requestDigest,
    long approvalVersion,
    String comment,
    Instant decidedAt,
    String nonce,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int ordinal,
    String keyId,
    @Nullable String signature) {
  public static final int SCHEMA = 1;

  /** What a person may say. */
  public enum Choice {
    /** The action runs exactly as it was shown. */
    APPROVE,
    /** The action does not run; the task goes on and hears why. */
    REJECT,
    /** The action does not run, and the task ends. */
    REJECT_AND_STOP,
    /** The same person's approval does not count any more. */
    WITHDRAW,
    /** Of an unknown outcome: it did happen. */
    IT_HAPPENED,
    /** Of an unknown outcome: it did not happen, and may run. */
    RUN_IT,
    /** Of an unknown outcome: the task ends. */
    STOP;

    /** Whether a form may give this as an answer to such a question. */
    public boolean answers(Approval.Kind kind) {
      return switch (this) {
        case APPROVE, REJECT, REJECT_AND_STOP -> kind == Approval.Kind.ACTION;
        case WITHDRAW -> false;
        case IT_HAPPENED, RUN_IT, STOP -> kind == Approval.Kind.OUTCOME;
      };
    }
  }

  /** Names it among all the answers to its question: by person, and then in their order. */
  public String sortKey() {
    // The first has the id alone, as all were stored before any could be taken back.
    return ordinal == 0 ? approver : "%s#%04d".formatted(approver, ordinal);
  }

  /** As it counts towards the quorum, when it is a yes. */
  public Approval.Vote vote() {
    return new Approval.Vote(approver, decidedAt, comment);
  }

  /** What is signed: everything but the signature, in canonical form. */
  public String payload() {
    ObjectNode tree = (ObjectNode) Json.tree(this);
    tree.remove("signature");
    return CanonicalJson.of(tree);
  }

  public Decision signed(String by) {
    return new Decision(
        schema,
        approvalId,
        taskId,
        approver,
        choice,
        argumentsDigest,
        requestDigest,
        approvalVersion,
        comment,
        decidedAt,
        nonce,
        ordinal,
        keyId,
        by);
  }
}
