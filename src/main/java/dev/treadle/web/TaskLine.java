package dev.treadle.web;

import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.Situation;
import dev.treadle.engine.Task;
import org.jspecify.annotations.Nullable;

/**
 * A task in a list.
 *
 * @param state the status, with tasks told apart that run and yet do nothing
 * @param reason of a task that waits or has stopped
 * @param why where it stands, in words
 * @param next what happens by itself, or what a person may do
 * @param iteration the one that runs next, or that ran last once it has ended
 * @param since when status or reason last changed
 * @param version names what was seen, in a request that changes it
 */
public record TaskLine(
    String taskId,
    String taskType,
    String status,
    String state,
    @Nullable String reason,
    String why,
    String next,
    int iteration,
    int maxIterations,
    long costMicrosLeft,
    long tokensLeft,
    String deadline,
    String triggeredBy,
    String triggeredAt,
    String since,
    @Nullable String parent,
    long version) {
  public static TaskLine of(Task task, Situation situation) {
    TaskId parent = task.origin().parent();
    Reason reason = task.outcome() == null ? null : task.outcome().reason();
    return new TaskLine(
        task.id().value(),
        task.type(),
        task.status().wireName(),
        situation.state().wireName(),
        reason == null ? null : reason.wireName(),
        situation.why(),
        situation.next(),
        shown(task),
        task.funds().maxIterations(),
        task.funds().costMicrosLeft(),
        task.funds().tokensLeft(),
        task.funds().deadline().toString(),
        task.origin().triggeredBy(),
        task.origin().triggeredAt().toString(),
        task.since().toString(),
        parent == null ? null : parent.value(),
        task.version());
  }

  /** The head counts the next one also when there will be none. */
  private static int shown(Task task) {
    return task.status() == Status.RUNNING ? task.iteration() : Math.max(1, task.iteration() - 1);
  }
}
