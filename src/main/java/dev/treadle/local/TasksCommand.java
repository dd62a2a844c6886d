package dev.treadle.local;

import dev.treadle.Json;
import dev.treadle.SeriesKey;
import dev.treadle.Status;
import dev.treadle.engine.SeriesRun;
import dev.treadle.engine.Situation;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskInput;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code treadle tasks}: what runs, waits, is done or failed, why, and what comes next. */
@Command(
    name = "tasks",
    description = "Lists tasks with why they stand where they stand, the latest change first.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
final class TasksCommand implements Callable<Integer> {
  /** A run is found among those that started at the same moment. */
  private static final int RUNS_LOOKED_AT = 20;

  /** The words of the command line. */
  enum Shown {
    running,
    waiting,
    parked,
    stuck,
    failed,
    done,
    drifting;

    boolean mayBe(Status status) {
      return switch (this) {
        case running, parked -> status == Status.RUNNING;
        case waiting -> status == Status.WAITING_FOR_HUMAN;
        case stuck -> !status.isTerminal();
        case failed -> status == Status.FAILED;
        case done -> status == Status.DONE;
        case drifting -> status != Status.RUNNING;
      };
    }
  }

  @ParentCommand private TreadleCommand treadle;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "only those: ${COMPLETION-CANDIDATES}")
  private @Nullable Shown state;

  @Option(names = "--agent", paramLabel = "NAME", description = "only this agent's tasks")
  private @Nullable String agent;

  @Option(
      names = "--most",
      paramLabel = "TASKS",
      description = "of each status (default: ${DEFAULT-VALUE})")
  private int most = 50;

  @Option(names = "--json", description = "one JSON document a line")
  private boolean json;

  @Override
  public Integer call() {
    Session session = treadle.session();
    if (most < 1) return session.refused("--most must be at least 1, was " + most);
    Instant now = session.runtime().clock().instant();
    List<TaskLine> lines = new ArrayList<>();
    for (Task task : tasks(session.runtime(), now)) {
      lines.add(TaskLine.of(session.runtime().store(), task, now));
    }
    if (json) lines.forEach(line -> session.out().println(Json.write(line.document())));
    else print(session, lines, now);
    return TreadleCommand.EXIT_DONE;
  }

  private List<Task> tasks(LocalRuntime runtime, Instant now) {
    List<Task> tasks = new ArrayList<>();
    for (Status status : Status.values()) {
      if (state == null || state.mayBe(status)) tasks.addAll(runtime.store().list(status, most));
    }
    tasks.removeIf(task -> agent != null && !task.type().equals(agent));
    tasks.removeIf(task -> state != null && !isShown(task, state, runtime, now));
    tasks.sort(Comparator.comparing(Task::since).reversed());
    return tasks;
  }

  private static boolean isShown(Task task, Shown state, LocalRuntime runtime, Instant now) {
    return state == Shown.drifting
        ? isDrifting(task, runtime)
        : Situation.state(task, now).wireName().equals(state.name());
  }

  /** Its result is stale, and nobody has said that this is expected. */
  private static boolean isDrifting(Task task, LocalRuntime runtime) {
    if (task.status() == Status.WAITING_FOR_HUMAN) {
      return runtime.store().approvals(task.id()).stream()
          .anyMatch(asked -> asked.isOpen() && asked.isAboutDrift());
    }
    SeriesKey series = runtime.store().input(task.id()).map(TaskInput::series).orElse(null);
    if (series == null) return false;
    Instant justAfter = task.origin().triggeredAt().plusNanos(1);
    return runtime.series().runs(series, justAfter, RUNS_LOOKED_AT).stream()
        .filter(run -> run.taskId().equals(task.id()))
        .anyMatch(TasksCommand::isUnexpected);
  }

  private static boolean isUnexpected(SeriesRun run) {
    return !run.findings().isEmpty() && run.expected() == null;
  }

  private void print(Session session, List<TaskLine> lines, Instant now) {
    PrintWriter out = session.out();
    if (!lines.isEmpty()) {
      Columns table = Columns.titled("TASK", "STATE", "STEP", "AGE", "COST", "TRIGGER", "WHY");
      lines.forEach(line -> line.addTo(table, now));
      table.print(out);
      out.println();
      out.println(counts(lines));
    } else if (state == null && agent == null) {
      out.println("no tasks yet; start one with: treadle run pricing");
    } else {
      out.println("no such tasks");
    }
    int dead =
        session.runtime().ground().embedded().map(queue -> queue.deadLetters().size()).orElse(0);
    if (dead > 0) out.println(dead + " dead letters in the queue");
  }

  private static String counts(List<TaskLine> lines) {
    Map<Situation.State, Integer> counts = new TreeMap<>();
    lines.forEach(line -> counts.merge(line.situation().state(), 1, Integer::sum));
    List<String> words = new ArrayList<>();
    counts.forEach((state, count) -> words.add(count + " " + state.wireName()));
    return String.join(", ", words);
  }
}
