package dev.treadle.web;

import dev.treadle.Json;
import dev.treadle.engine.Approval;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerRow;
import java.util.List;

/** Everything that is known about one step, part by part. */
final class StepParts {
  private StepParts() {}

  static void add(List<TaskPage.Part> parts, JournalItem.Entry entry, TaskFile file) {
    String words = Step.words(entry);
    if (!words.isEmpty()) add(parts, "Decision", "written by the model, not verified", words);
    for (JournalItem.CallEntry call : entry.calls()) {
      Step.arguments(entry, call.callId())
          .ifPresent(given -> add(parts, "Input of " + call.tool(), "", Json.pretty(given)));
      String ended =
          switch (call.result()) {
            case SUCCEEDED -> call.outside() ? "text from outside" : "";
            case FAILED -> "failed";
            case PENDING -> "waits";
          };
      add(parts, "Output of " + call.tool(), ended, call.text());
    }
    entry.errors().forEach(error -> add(parts, "Error", "", error));
    entry.notices().forEach(notice -> add(parts, "The model is told", "", notice));
    file.ledger().stream()
        .filter(row -> row.iteration() == entry.iteration())
        .forEach(row -> parts.add(ledger(row)));
    file.approvals().stream()
        .filter(approval -> approval.iteration() == entry.iteration())
        .forEach(approval -> parts.add(gate(approval)));
    if (entry.checkpoint() != null) {
      add(parts, "Checkpoint", "a fork may go on from here", entry.checkpoint());
    }
    if (entry.output() != null) add(parts, "Delivered", "", Json.pretty(entry.output()));
  }

  private static void add(List<TaskPage.Part> parts, String title, String hint, String text) {
    parts.add(new TaskPage.Part(title, hint, Legible.of(text), ""));
  }

  private static TaskPage.Part ledger(LedgerRow row) {
    String text =
        "%s is %s\nkey %s\ndigest %s"
            .formatted(row.tool(), row.state(), row.key(), row.argumentsDigest());
    String times = row.startedAt() == null ? "" : "\nstarted " + row.startedAt();
    String edited = row.revisedAs() == null ? "" : "\nedited, and replaced by " + row.revisedAs();
    return new TaskPage.Part("Ledger", "", Legible.of(text + times + edited), "");
  }

  private static TaskPage.Part gate(Approval approval) {
    String text =
        "%s\n%s\n%d of %d votes, %s"
            .formatted(
                approval.action().title(),
                approval.grounds().why(),
                approval.votes().size(),
                approval.terms().quorum().needed(),
                approval.state());
    return new TaskPage.Part(
        "Gate",
        String.join(", ", approval.grounds().ruleIds()),
        Legible.of(text),
        TaskDocument.Question.page(approval));
  }
}
