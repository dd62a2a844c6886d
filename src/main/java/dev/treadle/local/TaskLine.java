package dev.treadle.local;

import dev.treadle.engine.Situation;
import dev.treadle.engine.Spent;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.time.Duration;
import java.time.Instant;

/**
 * A task as lists show it to people.
 *
 * @param costMicros what it spent, and gave to what its chains started
 */
record TaskLine(Task task, Situation situation, long costMicros) {
  static TaskLine of(TaskStore store, Task task, Instant now) {
    Spent spent = Spent.of(store, task, store.input(task.id()));
    return new TaskLine(task, Situation.read(store, task, now), spent.costMicros());
  }

  /** What the JSON API answers. */
  dev.treadle.web.TaskLine document() {
    return dev.treadle.web.TaskLine.of(task, situation);
  }

  void addTo(Columns table, Instant now) {
    table.row(
        task.id().value(),
        situation.state().wireName(),
        step(),
        Columns.span(Duration.between(task.origin().triggeredAt(), now)),
        Columns.dollars(costMicros),
        task.origin().triggeredBy(),
        situation.why());
    switch (situation.state()) {
      case RUNNING, DONE -> {}
      case WAITING, PARKED, STUCK, FAILED -> table.below("next: " + situation.next());
    }
  }

  /** Iterations that ended, of those that it may have. */
  String step() {
    return "%d/%d".formatted(Math.max(0, task.iteration() - 1), task.funds().maxIterations());
  }
}
