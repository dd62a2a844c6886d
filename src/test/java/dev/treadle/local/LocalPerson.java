package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.TaskId;
import dev.treadle.approval.ApprovalDesk;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DecisionForm;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.engine.Decision;
import java.util.Optional;

/** This machine's user, who approves what the desk of a runtime shows. */
final class LocalPerson {
  private LocalPerson() {}

  static void approve(LocalRuntime runtime, TaskId task, String approvalId) {
    approve(runtime, task, approvalId, Optional.empty());
  }

  static void approveChanged(
      LocalRuntime runtime, TaskId task, String approvalId, ObjectNode changes) {
    approve(runtime, task, approvalId, Optional.of(changes));
  }

  private static void approve(
      LocalRuntime runtime, TaskId task, String approvalId, Optional<ObjectNode> edits) {
    ApprovalDesk desk = runtime.deciding().desk().orElseThrow();
    Caller me = new Caller.Person(Deciding.user(), task);
    DeskAnswer.Open page = (DeskAnswer.Open) desk.view(me, approvalId);
    DecisionForm form =
        new DecisionForm(
            page.view().approval().version(),
            Decision.Choice.APPROVE,
            page.view().approval().action().argumentsDigest(),
            page.nonce(),
            "",
            page.view().requiredConfirmation(),
            edits);
    assertThat(desk.decide(me, approvalId, form)).isInstanceOf(DeskAnswer.Recorded.class);
  }
}
