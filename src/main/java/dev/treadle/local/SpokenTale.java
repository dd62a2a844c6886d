package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.Outcome;
import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Task;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Tells people, in lines. */
record SpokenTale(LocalRuntime runtime, PrintWriter out) implements Tale {
  /** How the user called us, so that the hint can be copied. */
  private static final String COMMAND = System.getProperty("treadle.command", "treadle");

  @Override
  public Follower follower(TaskId child) {
    return new Follower(runtime, child, out);
  }

  @Override
  public String line(JournalItem item, int maxIterations) {
    return Narrator.line(item, maxIterations);
  }

  @Override
  public void started(TaskId parent, TaskId child) {
    out.println();
    out.println(parent + " started " + child);
  }

  @Override
  public void waits(Task task) {
    TaskId id = task.id();
    Outcome outcome = task.outcome();
    out.println();
    out.println(id + " waits: " + (outcome == null ? "" : outcome.detail()));
    for (Approval approval : runtime.store().approvals(id)) {
      if (approval.state() != Approval.State.OPEN) continue;
      out.println();
      if (approval.kind() != Approval.Kind.ACTION) continue;
      Approval.Action action = approval.action();
      out.println(
          "  %s  %s, reach %s: %s"
              .formatted(action.tool(), action.effect(), action.blastRadius(), action.title()));
      action
          .arguments()
          .forEachEntry((name, value) ->
              out.println(("  " + name + ": " + text(value)).indent(0).stripTrailing()));
      out.println("  asked because: " + approval.grounds().why());
      out.println("  expires " + approval.expiresAt());
    }
    for (LedgerRow row : runtime.store().ledger(id)) {
      if (row.state() != LedgerRow.State.UNKNOWN) continue;
      out.println("  find out whether it happened, then:");
      out.println("  " + COMMAND + " resolve " + id + " happened | run | stop");
    }
    if (task.progress().openApprovals() > 0) {
      out.println();
      out.println("  " + COMMAND + " approve " + id);
      out.println("  " + COMMAND + " reject " + id + " --why \"…\"");
    }
    out.flush();
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.textValue().replace("\n", "\n    ") : value.toString();
  }

  @Override
  public void ended(Task task) throws IOException {
    TaskId id = task.id();
    Outcome outcome = task.outcome();
    out.println();
    out.println(
        "%s is %s: %s"
            .formatted(
                id,
                task.status().wireName(),
                outcome == null ? "" : outcome.reason().wireName() + ", " + outcome.detail()));
    lastEntry(task)
        .map(JournalItem.Entry::output)
        .ifPresent(output -> out.println(Json.pretty(output)));
    for (LedgerRow row : runtime.store().ledger(id)) {
      Optional<Path> mail = runtime.folder().mail(row.key());
      if (mail.isPresent()) {
        out.println();
        out.println("mail " + mail.get());
        out.println(Files.readString(mail.get()).replace("\r", ""));
      }
    }
    out.flush();
  }

  private Optional<JournalItem.Entry> lastEntry(Task task) {
    // The head counts the next iteration also when there will be none.
    int last = Math.max(1, task.iteration() - 1);
    return runtime.store().journal(task.id(), JournalItem.firstKey(last)).stream()
        .filter(JournalItem.Entry.class::isInstance)
        .map(JournalItem.Entry.class::cast)
        .reduce((_, later) -> later);
  }
}
