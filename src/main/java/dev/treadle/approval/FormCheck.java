package dev.treadle.approval;

import dev.treadle.Severity;
import dev.treadle.Violation;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision.Choice;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a form, whoever sends it. */
final class FormCheck {
  private FormCheck() {}

  static List<Violation> of(DecisionForm form, Approval approval) {
    List<Violation> broken = new ArrayList<>();
    if (!form.choice().answers(approval.kind())) {
      broken.add(new Violation("decision", form.choice() + " is no answer to this question"));
    }
    if (form.comment().length() > DecisionForm.COMMENT_CHARS_MAX) {
      broken.add(
          new Violation(
              "comment",
              "must be at most %d characters".formatted(DecisionForm.COMMENT_CHARS_MAX)));
    }
    boolean isRejection = form.choice() == Choice.REJECT || form.choice() == Choice.REJECT_AND_STOP;
    boolean isWeighty = approval.grounds().severity().compareTo(Severity.HIGH) >= 0;
    if (isRejection && isWeighty && form.comment().isBlank()) {
      broken.add(new Violation("comment", "is needed to reject a request of this severity"));
    }
    boolean mayAct = form.choice() == Choice.APPROVE || form.choice() == Choice.RUN_IT;
    String required = Views.requiredConfirmation(approval);
    if (mayAct && !required.isEmpty() && !form.confirmation().trim().equals(required)) {
      broken.add(new Violation("confirmation", "must be \"" + required + '"'));
    }
    if (form.edits().isPresent() && form.choice() != Choice.APPROVE) {
      broken.add(new Violation("edits", "belong to an approval only"));
    }
    return broken;
  }
}
