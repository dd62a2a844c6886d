package dev.treadle.approval;

import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import java.util.List;
import java.util.Optional;

/**
 * A person's questions: those that wait for them, those that wait for others, and the last that
 * were decided. Reads a bounded number of tasks; {@code cut} says that there may be more.
 */
public record Inbox(
    Approver person,
    Names names,
    List<Row> forMe,
    List<Row> forOthers,
    List<Row> decided,
    boolean cut) {
  /**
   * One question.
   *
   * @param mine what the person said about it, if anything
   * @param result what became of the action; read of those that were decided
   */
  public record Row(
      Approval approval, int votes, Optional<Decision> mine, ApprovalView.Result result) {
    Row having(ApprovalView.Result other) {
      return new Row(approval, votes, mine, other);
    }
  }

  public Inbox {
    forMe = List.copyOf(forMe);
    forOthers = List.copyOf(forOthers);
    decided = List.copyOf(decided);
  }
}
