package dev.treadle.local;

import dev.treadle.Json;
import dev.treadle.Outcome;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Task;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Prints what a task does until it stops, and then why it stopped and what comes next. */
final class Follower implements AutoCloseable {
  /** How the user called us, so that the hint can be copied. */
  private static final String COMMAND = System.getProperty("treadle.command", "treadle");

  private static final long LISTENING_MILLIS = 200;

  /** Elsewhere each look is two reads that somebody pays. */
  private static final long READING_MILLIS = 1_000;

  private final LocalRuntime runtime;
  private final TaskId id;
  private final PrintWriter out;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final BiConsumer<TaskId, String> listener;

  /** What other workers write; absent where this process alone writes, and is listened to. */
  private final Optional<JournalTail> written;

  /** Listens from now on; nothing is printed yet. */
  Follower(LocalRuntime runtime, TaskId id, PrintWriter out) {
    this(
        runtime,
        id,
        out,
        runtime.ground().embedded().isPresent()
            ? Optional.empty()
            : Optional.of(JournalTail.after(runtime.store(), id)));
  }

  private Follower(
      LocalRuntime runtime, TaskId id, PrintWriter out, Optional<JournalTail> written) {
    this.runtime = runtime;
    this.id = id;
    this.out = out;
    this.written = written;
    this.listener =
        (told, line) -> {
          if (told.equals(id) && written.isEmpty()) lines.add(line);
        };
    runtime.store().add(listener);
  }

  /** Prints first the last steps, and then what follows. */
  static Follower fromRecent(LocalRuntime runtime, Task task, PrintWriter out) {
    return new Follower(
        runtime, task.id(), out, Optional.of(JournalTail.recent(runtime.store(), task)));
  }

  /**
   * Prints until the task is terminal, or waits for a human.
   *
   * @param throughWaits go on when it waits, because somebody may answer while we are here
   */
  int follow(boolean throughWaits) throws InterruptedException, IOException {
    boolean toldThatItWaits = false;
    while (!out.checkError()) {
      String line = lines.poll(pauseMillis(), TimeUnit.MILLISECONDS);
      if (line != null) {
        out.println(line);
        continue;
      }
      // In this order: what a task did before it stopped is told before its end.
      Task task = runtime.store().find(id).orElseThrow();
      written.ifPresent(tail -> tell(tail.next(), task.funds().maxIterations()));
      if (task.status().isTerminal() && lines.isEmpty()) {
        int exit = end(task);
        return exit == TreadleCommand.EXIT_DONE ? followChildren(throughWaits) : exit;
      }
      if (task.status() == Status.WAITING_FOR_HUMAN && lines.isEmpty()) {
        if (!toldThatItWaits) explainWait(task);
        toldThatItWaits = true;
        if (!throughWaits) return TreadleCommand.EXIT_WAITS;
      } else {
        toldThatItWaits = false;
      }
      out.flush();
    }
    return TreadleCommand.EXIT_UNAVAILABLE; // Nobody reads any more.
  }

  private long pauseMillis() {
    if (!lines.isEmpty()) return 0;
    return runtime.ground().embedded().isPresent() ? LISTENING_MILLIS : READING_MILLIS;
  }

  private void tell(List<JournalItem> items, int maxIterations) {
    for (JournalItem item : items) {
      String line = Narrator.line(item, maxIterations);
      if (!line.isEmpty()) lines.add(line);
    }
  }

  /** What a chain started is part of what the caller asked for. */
  private int followChildren(boolean throughWaits) throws InterruptedException, IOException {
    int exit = TreadleCommand.EXIT_DONE;
    for (TaskId child : runtime.store().children(id)) {
      out.println();
      out.println(id + " started " + child);
      try (Follower follower = new Follower(runtime, child, out)) {
        int ofChild = follower.follow(throughWaits);
        if (exit == TreadleCommand.EXIT_DONE) exit = ofChild;
      }
    }
    return exit;
  }

  private void explainWait(Task task) {
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

  private static String text(com.fasterxml.jackson.databind.JsonNode value) {
    return value.isTextual() ? value.textValue().replace("\n", "\n    ") : value.toString();
  }

  /** The exit code of a task that stopped; prints how. */
  private int end(Task task) throws IOException {
    Outcome outcome = task.outcome();
    out.println();
    out.println(
        "%s is %s: %s"
            .formatted(
                id,
                task.status().wireName(),
                outcome == null ? "" : outcome.reason().wireName() + ", " + outcome.detail()));
    lastEntry()
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
    return task.status() == Status.DONE ? TreadleCommand.EXIT_DONE : TreadleCommand.EXIT_FAILED;
  }

  private Optional<JournalItem.Entry> lastEntry() {
    List<JournalItem> journal = runtime.store().journal(id, JournalItem.firstKeyFromSnapshot(0));
    return journal.stream()
        .filter(JournalItem.Entry.class::isInstance)
        .map(JournalItem.Entry.class::cast)
        .reduce((_, later) -> later);
  }

  @Override
  public void close() {
    runtime.store().remove(listener);
  }
}
