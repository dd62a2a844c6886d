package dev.treadle.trigger;

import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.Starter;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Starts the task of a slot, if the schedule's earlier tasks leave room for it.
 *
 * <p>An earlier task is looked for among the tasks that run or wait, in an index that may lag by a
 * second; slots are at least a minute apart. A deployment with more of them than {@link #TASKS_MAX}
 * cannot be looked through: then the slot is as if an earlier task ran.
 */
public final class ScheduleTrigger {
  static final int TASKS_MAX = 1_000;
  private final Starter starter;
  private final TaskStore store;

  public ScheduleTrigger(Starter starter, TaskStore store) {
    this.starter = starter;
    this.store = store;
  }

  /** What became of a slot. */
  public sealed interface Answer {}

  public record Asked(StartAnswer answer) implements Answer {}

  /** The slot passed without a task. */
  public record Skipped(String because) implements Answer {}

  /** Not now: whoever fires must fire again. */
  public record Busy(String because) implements Answer {}

  public Answer fire(Slot slot) {
    if (slot.overlap() == Overlap.ALLOW) return new Asked(starter.start(slot.request()));
    TaskId id = new TaskId(Slot.taskId(slot.schedule(), slot.time()));
    // A second fire of a slot that was started is the same task, whatever else runs by now.
    Optional<String> inTheWay =
        store.find(id).isPresent() ? Optional.empty() : inTheWay(slot.schedule(), id);
    if (inTheWay.isEmpty()) return new Asked(starter.start(slot.request()));
    return switch (slot.overlap()) {
      case SKIP -> new Skipped(inTheWay.get());
      case QUEUE -> new Busy(inTheWay.get());
      case ALLOW -> throw new IllegalStateException("slot " + id + " may overlap");
    };
  }

  /** Which earlier task of a schedule runs or waits, so that this slot's may not start. */
  public Optional<String> inTheWay(String schedule, TaskId slot) {
    for (Status status : Status.values()) {
      if (status.isTerminal()) continue;
      var tasks = store.list(status, TASKS_MAX);
      Optional<String> earlier = of(schedule, slot, tasks.stream());
      if (earlier.isPresent()) return earlier;
      if (tasks.size() == TASKS_MAX) {
        return Optional.of(
            "%d tasks or more are %s, too many to look through"
                .formatted(TASKS_MAX, status.wireName()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> of(String schedule, TaskId slot, Stream<Task> tasks) {
    String mark = Slot.triggeredBy(schedule);
    return tasks
        .filter(task -> task.origin().triggeredBy().equals(mark) && !task.id().equals(slot))
        .findFirst()
        .map(task -> "task %s is %s".formatted(task.id(), task.status().wireName()));
  }
}
