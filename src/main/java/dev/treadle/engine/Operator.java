package dev.treadle.engine;

import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What operators may do to a task: cancel it, resume it, raise its budget, send it again. Each is
 * conditional and lands in the journal with who did it. What people answer to questions is {@link
 * AnswerBook}'s.
 */
public final class Operator {
  private final TaskStore store;
  private final StepQueue queue;
  private final Worker worker;
  private final Ending ending;
  private final OptionalLong seen;

  public Operator(TaskStore store, StepQueue queue, Worker worker) {
    this(store, queue, worker, OptionalLong.empty());
  }

  private Operator(TaskStore store, StepQueue queue, Worker worker, OptionalLong seen) {
    this.store = store;
    this.queue = queue;
    this.worker = worker;
    this.ending = new Ending(store);
    this.seen = seen;
  }

  /** An operator who acts only on a task that still has the version that they looked at. */
  public Operator ifStill(long version) {
    return new Operator(store, queue, worker, OptionalLong.of(version));
  }

  /**
   * Stops a task. Of one that is done, stops what its chains started and what is not done yet; said
   * again, it goes on where an earlier call was cut off.
   */
  public OperatorAnswer cancel(TaskId id, String by, String why) {
    return on(
        id,
        task -> {
          Instant now = worker.now();
          Cancel request = new Cancel(by, why, now);
          if (task.status().isTerminal()) return followed(task, request);
          // While a worker holds the lease, only it may end the task: it sees this before it acts.
          if (task.isLeasedAt(now)) {
            return store.requestCancel(id, request)
                ? requested(store.find(id).orElse(task), request, now)
                : refused(task, "has a request to cancel already");
          }
          return cancelled(task, request, now);
        });
  }

  private OperatorAnswer requested(Task current, Cancel request, Instant now) {
    if (current.isLeasedAt(now)) return new OperatorAnswer.Requested(current);
    // Its worker finished before it could see the request: nobody else would look at it soon.
    return current.status().isTerminal()
        ? followed(current, request)
        : cancelled(current, request, now);
  }

  /** A task that ended may live on in its children. */
  private OperatorAnswer followed(Task ended, Cancel request) {
    OperatorAnswer answer = refused(ended, "is already " + words(ended));
    for (TaskId child : store.children(ended.id())) {
      OperatorAnswer ofChild = anyVersion().cancel(child, request.by(), request.why());
      if (!(ofChild instanceof OperatorAnswer.Refused)) answer = ofChild;
    }
    return answer;
  }

  /** A version that was looked at is that of one task alone. */
  private Operator anyVersion() {
    return new Operator(store, queue, worker);
  }

  private OperatorAnswer cancelled(Task task, Cancel request, Instant now) {
    Outcome outcome = new Outcome(Reason.CANCELLED, request.by() + ": " + request.why());
    return written(ending.end(task, outcome, request.by(), Approval.State.SUPERSEDED, now));
  }

  /** Lets a failed task go on where it stopped. */
  public OperatorAnswer resume(TaskId id, Raise raise, String by, String why) {
    return on(
        id,
        task -> {
          if (task.status() != Status.FAILED) return refused(task, "is " + words(task));
          Optional<TaskInput> input = store.input(id);
          if (input.isEmpty()) return refused(task, "has lost its input");
          Instant now = worker.now();
          var note = JournalItem.Note.on(task, now, JournalItem.Note.RESUMED, by, why);
          Task.Attempts attempts =
              Task.Attempts.fresh(
                  now,
                  input.get().limits().retries().attemptsPerIteration(),
                  task.attempts().retriesUnused() + raise.retries());
          Task resumed = task.resumed(raise.on(task, now), attempts, note.hash(), now);
          if (!resumed.canPay()) return refused(task, "needs a larger raise of its budget");
          return written(store.commit(Change.of(task, resumed, note)));
        });
  }

  /** Gives a task that has not ended more to spend, and more time. */
  public OperatorAnswer raise(TaskId id, Raise raise, String by, String why) {
    return on(
        id,
        task -> {
          Instant now = worker.now();
          if (task.status().isTerminal()) return refused(task, "is " + words(task));
          if (task.isLeasedAt(now)) return busy(task);
          var note =
              JournalItem.Note.on(
                  task, now, JournalItem.Note.RAISED, by, raise.words() + ": " + why);
          return written(
              store.commit(
                  Change.of(task, task.raised(raise.on(task, now), note.hash(), now), note)));
        });
  }

  /**
   * Has the current iteration delivered again: what a dead letter needs, since the table and not
   * the letter says what is due.
   */
  public OperatorAnswer redrive(TaskId id, String by, String why) {
    return on(
        id,
        task -> {
          Instant now = worker.now();
          if (task.status() != Status.RUNNING) return refused(task, "is " + words(task));
          if (task.isLeasedAt(now)) return busy(task);
          if (task.attempts().notBefore().isAfter(now)) {
            return refused(task, "goes on by itself at " + task.attempts().notBefore());
          }
          var note = JournalItem.Note.on(task, now, JournalItem.Note.REDRIVEN, by, why);
          return written(store.commit(Change.of(task, task.redriven(note.hash(), now), note)));
        });
  }

  /** Its worker's commit would be lost, and with it what the step has cost. */
  private static OperatorAnswer busy(Task task) {
    return refused(
        task, "is at work on iteration %d; say it again in a moment".formatted(task.iteration()));
  }

  private OperatorAnswer on(TaskId id, Function<Task, OperatorAnswer> deed) {
    Optional<Task> found = store.find(id);
    if (found.isEmpty()) return new OperatorAnswer.Refused("there is no task " + id);
    Task task = found.get();
    return seen.isPresent() && seen.getAsLong() != task.version()
        ? refused(task, "changed since you looked and is " + words(task))
        : deed.apply(task);
  }

  private OperatorAnswer written(Commit commit) {
    return switch (commit) {
      case Commit.Written(Task task) -> {
        if (task.status() == Status.RUNNING) queue.send(task.due(), Duration.ZERO);
        yield new OperatorAnswer.Done(task);
      }
      case Commit.Lost(Task current) ->
          refused(current, "changed at the same moment and is " + words(current));
    };
  }

  private static OperatorAnswer refused(Task task, String why) {
    return new OperatorAnswer.Refused("task " + task.id() + " " + why);
  }

  private static String words(Task task) {
    return task.outcome() == null
        ? task.status().wireName()
        : task.status().wireName() + " (" + task.outcome().reason().wireName() + ")";
  }
}
