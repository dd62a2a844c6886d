package dev.treadle.engine;

import dev.treadle.DecisionCheck;
import dev.treadle.TaskId;
import java.time.Instant;
import java.util.Optional;

/** Reads decisions from the approvals in the table. */
public final class RecordedDecisions implements DecisionCheck {
  private final TaskStore store;

  public RecordedDecisions(TaskStore store) {
    this.store = store;
  }

  @Override
  public Answer ask(TaskId taskId, String approvalId, String argumentsDigest, Instant now) {
    Optional<Approval> found = store.approval(taskId, approvalId);
    if (found.isEmpty()) return new Invalid("no human was asked about it");
    Approval approval = found.get();
    String by = approval.decidedBy() == null ? "" : approval.decidedBy();
    String comment = approval.comment() == null ? "" : approval.comment();
    return switch (approval.state()) {
      case OPEN -> new StillOpen();
      case APPROVED ->
          approval.argumentsDigest().equals(argumentsDigest)
              ? new Approved(by)
              : new Invalid("other arguments were approved");
      case REJECTED -> new Rejected(by, comment);
      case EXPIRED -> new Invalid("the approval expired at " + approval.expiresAt());
      case SUPERSEDED -> new Invalid("the approval was overtaken: " + comment);
    };
  }
}
