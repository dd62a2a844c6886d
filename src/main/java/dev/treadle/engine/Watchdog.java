package dev.treadle.engine;

import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Pushes every task whose wake-up time has passed, because the queue is only a hint: sends lost
 * messages again, takes over from dead workers, ends what is cancelled, overdue or expired.
 *
 * <p>Every write is conditional, so any number of watchdogs may overlap.
 */
public final class Watchdog {
  /** A tick looks at no more tasks of a shard; the rest is due again at the next tick. */
  private static final int TASKS_PER_SHARD_MAX = 200;

  private final TaskStore store;
  private final LoopEngine engine;
  private final Worker worker;
  private final Ending ending;
  private final QuestionWatch questions;

  public Watchdog(Loop.Places places, LoopEngine engine, Worker worker) {
    this.store = places.store();
    this.engine = engine;
    this.worker = worker;
    this.ending = new Ending(store);
    this.questions = new QuestionWatch(places);
  }

  /**
   * Looks at all that is due once; called each minute.
   *
   * @return of the tasks looked at, for how long the one that has waited longest has been due; zero
   *     when none was looked at, as between two messages of the same iteration
   */
  public Duration tick() {
    Instant now = worker.now();
    List<RuntimeException> failures = new ArrayList<>();
    Duration longest = Duration.ZERO;
    for (int shard = 0; shard < Defaults.SHARDS; shard++) {
      for (TaskId id : store.due(shard, now, TASKS_PER_SHARD_MAX)) {
        Duration overdue = push(id, now, failures);
        if (overdue.compareTo(longest) > 0) longest = overdue;
      }
    }
    if (!failures.isEmpty()) throw failed(failures);
    return longest;
  }

  /** One task that cannot be read or written must not keep the others waiting. */
  private Duration push(TaskId id, Instant now, List<RuntimeException> failures) {
    try {
      // The index may lag behind the head: only the head says what is due.
      return store.find(id).map(task -> push(task, now)).orElse(Duration.ZERO);
    } catch (RuntimeException failure) {
      failures.add(failure);
      return Duration.ZERO;
    }
  }

  private static IllegalStateException failed(List<RuntimeException> failures) {
    var failed =
        new IllegalStateException(
            "%d due tasks could not be pushed; the next tick tries again"
                .formatted(failures.size()));
    failures.forEach(failed::addSuppressed);
    return failed;
  }

  private Duration push(Task task, Instant now) {
    Instant wakeAt = task.wake().at();
    if (wakeAt == null || wakeAt.isAfter(now) || task.isLeasedAt(now)) return Duration.ZERO;
    if (task.cancel() instanceof Cancel cancel) {
      end(task, Reason.CANCELLED, cancel.by() + ": " + cancel.why(), now);
    } else if (!now.isBefore(task.funds().deadline())) {
      end(task, Reason.DEADLINE_EXCEEDED, "the deadline was " + task.funds().deadline(), now);
    } else {
      switch (task.status()) {
        case RUNNING -> engine.heal(task);
        case WAITING_FOR_HUMAN -> questions.look(task, now);
        case DONE, FAILED -> {}
      }
    }
    // The wake-up time of a running task moves with each message; what it waits for does not.
    return Duration.between(
        task.status() == Status.RUNNING ? Situation.dueSince(task) : wakeAt, now);
  }

  private void end(Task task, Reason reason, String detail, Instant now) {
    ending.end(task, new Outcome(reason, detail), "the watchdog", Approval.State.SUPERSEDED, now);
  }
}
