package dev.treadle.local;

import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.Task;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a command runs.
 *
 * @param alone the runtime was opened for this command and ends with it
 */
record Session(LocalRuntime runtime, PrintWriter out, boolean alone) {
  /** Of each status: who mistypes an id means a task of late. */
  private static final int LOOKED_AT = 100;

  private static final int SUGGESTED_MAX = 3;

  /** The tasks lie on another store, where other workers run them. */
  boolean isElsewhere() {
    return runtime.ground().embedded().isEmpty();
  }

  /** Nobody else would run what this command sets going. */
  boolean runsSteps() {
    return alone && !isElsewhere();
  }

  /** Runs what is due from now on, if nobody else does. */
  void begin() {
    if (runsSteps()) runtime.poll(List.of());
  }

  /** The task that a person named; if there is none, says so. */
  Optional<Task> task(String id) {
    Optional<Task> found =
        TaskId.isLegal(id) ? runtime.store().find(new TaskId(id)) : Optional.empty();
    if (found.isEmpty()) out.println("treadle: " + unknown(id));
    return found;
  }

  /** That there is no such task, and which one was perhaps meant. */
  String unknown(String id) {
    List<String> known = new ArrayList<>();
    for (Status status : Status.values()) {
      runtime.store().list(status, LOOKED_AT).forEach(task -> known.add(task.id().value()));
    }
    List<String> near = Spelling.near(id, known).stream().limit(SUGGESTED_MAX).toList();
    return "there is no task %s%s"
        .formatted(id, near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?");
  }

  int refused(String why) {
    out.println("treadle: " + why);
    return TreadleCommand.EXIT_USAGE;
  }
}
