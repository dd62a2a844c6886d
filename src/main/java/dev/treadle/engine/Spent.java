package dev.treadle.engine;

import dev.treadle.Limits;
import java.util.Optional;

/**
 * What a task has used, and given to what its end started.
 *
 * @param costMicros millionths of a dollar
 */
public record Spent(long costMicros, long tokens) {
  /** Of a task as it was started the head tells it; of others the whole journal is read. */
  public static Spent of(TaskStore store, Task task, Optional<TaskInput> input) {
    Optional<Limits> asStarted =
        input
            .map(TaskInput::limits)
            // Whoever raises a budget raises this too, and the head does not say by how much.
            .filter(limits -> limits.maxIterations() == task.funds().maxIterations());
    if (asStarted.isEmpty()) return summed(store, task);
    Limits.Budget budget = asStarted.get().budget();
    return new Spent(
        budget.costMicros() - task.funds().costMicrosLeft(),
        budget.tokens() - task.funds().tokensLeft());
  }

  private static Spent summed(TaskStore store, Task task) {
    long costMicros = 0;
    long tokens = 0;
    for (JournalItem item : store.journal(task.id(), JournalItem.firstKeyFromSnapshot(0))) {
      if (!(item instanceof JournalItem.Entry entry)) continue;
      costMicros += entry.usage().costMicros();
      tokens += entry.usage().tokens();
    }
    return new Spent(costMicros, tokens);
  }
}
