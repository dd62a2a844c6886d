package dev.treadle.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Situation;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskInput;
import dev.treadle.engine.TaskStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A task as lists show it.
 *
 * @param costMicros what it spent, and gave to what its chains started
 */
record TaskLine(Task task, Situation situation, long costMicros) {
  static TaskLine of(TaskStore store, Task task, Instant now) {
    return new TaskLine(task, Situation.read(store, task, now), spentMicros(store, task));
  }

  private static long spentMicros(TaskStore store, Task task) {
    Optional<TaskInput> input = store.input(task.id());
    boolean isAsStarted =
        input
            .map(each -> each.limits().maxIterations() == task.funds().maxIterations())
            .orElse(false);
    if (isAsStarted) {
      return input.orElseThrow().limits().budget().costMicros() - task.funds().costMicrosLeft();
    }
    // A resume raised the budget, and the head does not say by how much.
    return store.journal(task.id(), JournalItem.firstKeyFromSnapshot(0)).stream()
        .filter(JournalItem.Entry.class::isInstance)
        .mapToLong(entry -> ((JournalItem.Entry) entry).usage().costMicros())
        .sum();
  }

  /** The stored head, and beside it what a person reads. */
  ObjectNode document() {
    ObjectNode document = (ObjectNode) Json.tree(task);
    document.set("situation", Json.tree(situation));
    return document.put("cost_micros", costMicros);
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
