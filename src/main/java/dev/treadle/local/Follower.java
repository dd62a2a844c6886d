package dev.treadle.local;

import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Task;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Prints what a task does until it stops, and then why it stopped and what comes next. */
final class Follower implements AutoCloseable {
  private static final long LISTENING_MILLIS = 200;

  /** Elsewhere each look is two reads that somebody pays. */
  private static final long READING_MILLIS = 1_000;

  private final LocalRuntime runtime;
  private final TaskId id;
  private final PrintWriter out;
  private final Tale tale;
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
        new SpokenTale(runtime, out),
        runtime.ground().embedded().isPresent()
            ? Optional.empty()
            : Optional.of(JournalTail.after(runtime.store(), id)));
  }

  private Follower(
      LocalRuntime runtime, TaskId id, PrintWriter out, Tale tale, Optional<JournalTail> written) {
    this.tale = tale;
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

  /** Prints from now on as JSON. */
  static Follower inJson(LocalRuntime runtime, TaskId id, PrintWriter out) {
    return new Follower(
        runtime,
        id,
        out,
        new JsonTale(runtime, out),
        Optional.of(JournalTail.after(runtime.store(), id)));
  }

  /** Prints first the last steps, and then what follows. */
  static Follower fromRecent(LocalRuntime runtime, Task task, PrintWriter out, Tale tale) {
    return new Follower(
        runtime, task.id(), out, tale, Optional.of(JournalTail.recent(runtime.store(), task)));
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
        tale.ended(task);
        int exit = exit(task);
        return exit == TreadleCommand.EXIT_DONE ? followChildren(throughWaits) : exit;
      }
      if (task.status() == Status.WAITING_FOR_HUMAN && lines.isEmpty()) {
        if (!toldThatItWaits) tale.waits(task);
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
      String line = tale.line(item, maxIterations);
      if (!line.isEmpty()) lines.add(line);
    }
  }

  /** What a chain started is part of what the caller asked for. */
  private int followChildren(boolean throughWaits) throws InterruptedException, IOException {
    int exit = TreadleCommand.EXIT_DONE;
    for (TaskId child : runtime.store().children(id)) {
      tale.started(id, child);
      try (Follower follower = tale.follower(child)) {
        int ofChild = follower.follow(throughWaits);
        if (exit == TreadleCommand.EXIT_DONE) exit = ofChild;
      }
    }
    return exit;
  }

  private static int exit(Task task) {
    return task.status() == Status.DONE ? TreadleCommand.EXIT_DONE : TreadleCommand.EXIT_FAILED;
  }

  @Override
  public void close() {
    runtime.store().remove(listener);
  }
}
