package dev.treadle.local;

import dev.treadle.Limits;
import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Notification;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskInput;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Everything about one task, for a person at a terminal. */
record TaskPage(
    TaskLine line,
    Optional<TaskInput> input,
    List<JournalItem> journal,
    List<LedgerRow> ledger,
    List<Approval> approvals,
    List<Notification> notifications,
    List<TaskId> children,
    Instant now) {
  static TaskPage of(LocalRuntime runtime, Task task) {
    Narrator store = runtime.store();
    Instant now = runtime.clock().instant();
    return new TaskPage(
        TaskLine.of(store, task, now),
        store.input(task.id()),
        store.journal(task.id(), JournalItem.firstKeyFromSnapshot(0)),
        store.ledger(task.id()),
        store.approvals(task.id()),
        store.notifications(task.id()),
        store.children(task.id()),
        now);
  }

  void print(PrintWriter out) {
    Task task = line.task();
    out.println(
        "%s  %s  %s"
            .formatted(
                task.id(),
                task.type(),
                line.situation().state().wireName().toUpperCase(Locale.ROOT)));
    Columns header = new Columns();
    header.row("  why", line.situation().why());
    header.row("  next", line.situation().next());
    header.row("  started", origin(task));
    header.row("  steps", line.step() + ", " + attempts(task));
    header.row("  money", money(task));
    header.row("  left", left(task));
    header.print(out);
    printSteps(out);
    printCheckpoints(out);
    printActions(out);
    printApprovals(out);
    if (!children.isEmpty()) {
      out.println();
      children.forEach(child -> out.println("started " + child));
    }
  }

  private String origin(Task task) {
    Task.Origin origin = task.origin();
    String series =
        input.map(each -> each.series() == null ? "" : ", series " + each.series()).orElse("");
    return "by %s at %s, %s ago%s%s"
        .formatted(
            origin.triggeredBy(),
            origin.triggeredAt(),
            Columns.span(Duration.between(origin.triggeredAt(), now)),
            origin.parent() == null ? "" : ", from task " + origin.parent(),
            series);
  }

  private static String attempts(Task task) {
    return task.status().isTerminal()
        ? task.attempts().retriesLeft() + " retries left"
        : "%d attempts of iteration %d and %d retries left"
            .formatted(task.attempts().left(), task.iteration(), task.attempts().retriesLeft());
  }

  private String money(Task task) {
    return "%s spent, %s left%s"
        .formatted(
            Columns.dollars(line.costMicros()),
            Columns.dollars(task.funds().costMicrosLeft()),
            input
                .map(TaskInput::limits)
                .map(Limits::budget)
                .map(budget -> "; began with " + Columns.dollars(budget.costMicros()))
                .orElse(""));
  }

  private static String left(Task task) {
    return String.format(
        Locale.ROOT,
        "%,d tokens, %d tool calls; deadline %s",
        task.funds().tokensLeft(),
        task.funds().toolCallsLeft(),
        task.funds().deadline());
  }

  private void printSteps(PrintWriter out) {
    out.println();
    out.println("steps");
    String own = line.task().id() + "  ";
    for (JournalItem item : journal) {
      String text = Narrator.line(item, line.task().funds().maxIterations());
      if (!text.isEmpty()) out.println("  " + text.replace(own, ""));
    }
  }

  private void printCheckpoints(PrintWriter out) {
    Columns checkpoints = new Columns();
    boolean isAny = false;
    for (JournalItem item : journal) {
      if (!(item instanceof JournalItem.Entry entry) || entry.checkpoint() == null) continue;
      checkpoints.row("  " + entry.iteration(), entry.checkpoint());
      isAny = true;
    }
    if (!isAny) return;
    out.println();
    out.println("checkpoints, to fork from");
    checkpoints.print(out);
  }

  private void printActions(PrintWriter out) {
    if (ledger.isEmpty()) return;
    Columns actions = Columns.titled("  ACTION", "STEP", "TOOL", "STATE");
    for (LedgerRow row : ledger) {
      actions.row(
          "  " + row.key(), Integer.toString(row.iteration()), row.tool(), word(row.state()));
    }
    out.println();
    actions.print(out);
  }

  private void printApprovals(PrintWriter out) {
    if (approvals.isEmpty()) return;
    Columns questions = Columns.titled("  QUESTION", "ABOUT", "STATE", "BY", "WORDS");
    for (Approval approval : approvals) {
      Approval.Closing closing = approval.closing();
      questions.row(
          "  " + approval.id(),
          approval.tool(),
          word(approval.state()),
          closing == null ? approval.terms().group() : closing.by(),
          closing == null ? "expires " + approval.expiresAt() : closing.words());
    }
    out.println();
    questions.print(out);
    for (Notification told : notifications) {
      if (!told.isOwedFor(approvals)) continue;
      out.println(
          "  not everybody was told of %s: %s".formatted(told.approvalId(), told.lastFailure()));
    }
  }

  private static String word(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
