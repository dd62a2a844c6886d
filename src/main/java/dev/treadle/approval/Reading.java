package dev.treadle.approval;

import dev.treadle.Status;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Task;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A question with its task and its answers, read for one person. */
record Reading(
    Task task, Approval approval, Approver viewer, List<Decision> decisions, boolean isMember) {

  /** What this person has said and not taken back. */
  Optional<Decision> mine() {
    return LastWords.standing(all()).stream().findFirst();
  }

  /** All that this person has said about it, in their order. */
  List<Decision> all() {
    return decisions.stream()
        .filter(each -> each.approver().equals(viewer.id()))
        .sorted(Comparator.comparingInt(Decision::ordinal))
        .toList();
  }

  boolean isWaiting() {
    return task.status() == Status.WAITING_FOR_HUMAN;
  }

  boolean isExcluded() {
    return approval.terms().quorum().excludesRequester()
        && Requester.is(approval.source().requester(), viewer.id());
  }

  boolean mayDecide() {
    return isMember && !isExcluded();
  }
}
