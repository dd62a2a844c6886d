package dev.treadle.local;

import dev.treadle.Json;
import dev.treadle.Outcome;
import dev.treadle.Status;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Task;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code treadle tasks}: what runs, waits, is done or failed, and why. */
@Command(
    name = "tasks",
    description = "Lists tasks, the latest change first.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
final class TasksCommand implements Callable<Integer> {
  @ParentCommand private TreadleCommand treadle;

  @Option(names = "--most", description = "of each status (default: ${DEFAULT-VALUE})")
  private int most = 50;

  @Option(names = "--json", description = "one JSON document a line")
  private boolean json;

  @Override
  public Integer call() {
    TreadleCommand.Session session = treadle.session();
    List<Task> tasks = new ArrayList<>();
    for (Status status : Status.values()) {
      tasks.addAll(session.runtime().store().list(status, most));
    }
    tasks.sort((a, b) -> b.since().compareTo(a.since()));
    PrintWriter out = session.out();
    if (json) {
      tasks.forEach(task -> out.println(Json.write(task)));
      return TreadleCommand.EXIT_DONE;
    }
    if (tasks.isEmpty()) out.println("no tasks yet; start one with: treadle run pricing");
    for (Task task : tasks) out.println(line(task, session.runtime()));
    int dead =
        session.runtime().ground().embedded().map(queue -> queue.deadLetters().size()).orElse(0);
    if (dead > 0) out.println(dead + " dead letters in the queue");
    return TreadleCommand.EXIT_DONE;
  }

  private static String line(Task task, LocalRuntime runtime) {
    return "%-32s %-18s %4d/%-4d %s"
        .formatted(
            task.id(),
            task.status().wireName(),
            Math.max(0, task.iteration() - 1),
            task.funds().maxIterations(),
            words(task, runtime));
  }

  /** Why it stands where it stands; of a running task that waits, what it waits for. */
  private static String words(Task task, LocalRuntime runtime) {
    if (task.outcome() instanceof Outcome outcome) {
      return outcome.reason().wireName() + ": " + outcome.detail();
    }
    String since = "since " + task.since();
    if (!task.attempts().notBefore().isAfter(runtime.clock().instant())) return since;
    String newest = JournalItem.firstKeyFromSnapshot(task.progress().snapshot());
    return runtime.store().journal(task.id(), newest).stream()
        .filter(JournalItem.Note.class::isInstance)
        .map(note -> ((JournalItem.Note) note).text())
        .reduce((_, last) -> last)
        .orElse(since);
  }
}
