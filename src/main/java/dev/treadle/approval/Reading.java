package dev.treadle.approval;

import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Task;
import java.util.List;
import java.util.Optional;

/** A question with its task and its answers, read for one person. */
record Reading(
    Task task, Approval approval, Approver viewer, List<Decision> decisions, boolean isMember) {

  Optional<Decision> mine() {
    return decisions.stream().filter(each -> each.approver().equals(viewer.id())).findFirst();
  }

  boolean isExcluded() {
    return approval.terms().quorum().excludesRequester()
        && Requester.is(approval.source().requester(), viewer.id());
  }

  boolean mayDecide() {
    return isMember && !isExcluded();
  }
}
