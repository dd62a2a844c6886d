package dev.treadle.engine;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What people may do to a task: cancel and resume it, decide about its actions, and say what became
 * of one whose outcome is unknown. Each is conditional and lands in the journal with who did it.
 */
public final class Operator {
  private final TaskStore store;
  private final StepQueue queue;
  private final Worker worker;
  private final Ending ending;

  public Operator(TaskStore store, StepQueue queue, Worker worker) {
    this.store = store;
    this.queue = queue;
    this.worker = worker;
    this.ending = new Ending(store);
  }

  /** What a human says about an action. */
  public enum Decision {
    APPROVE,
    /** The task goes on without it and hears why. */
    REJECT,
    REJECT_AND_STOP
  }

  /** What a human says about an action whose outcome is unknown. */
  public enum Resolution {
    IT_HAPPENED,
    RUN_IT,
    STOP
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
      OperatorAnswer ofChild = cancel(child, request.by(), request.why());
      if (!(ofChild instanceof OperatorAnswer.Refused)) answer = ofChild;
    }
    return answer;
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

  /** Decides about an action, once. */
  public OperatorAnswer decide(
      TaskId id, String approvalId, Decision decision, String by, String comment) {
    return on(
        id,
        task -> {
          Optional<Approval> found = store.approval(id, approvalId);
          if (found.isEmpty()) return refused(task, "has no approval " + approvalId);
          Approval approval = found.get();
          Instant now = worker.now();
          if (!approval.isOpen()) {
            return refused(task, approval.tool() + " is already " + approval.state());
          }
          if (!now.isBefore(approval.expiresAt())) {
            return refused(task, "approval expired at " + approval.expiresAt());
          }
          if (task.status() != Status.WAITING_FOR_HUMAN) {
            return refused(task, "is " + words(task) + "; decide when it waits");
          }
          return decide(task, approval, decision, by, comment, now);
        });
  }

  private OperatorAnswer decide(
      Task task, Approval approval, Decision decision, String by, String comment, Instant now) {
    return switch (decision) {
      case APPROVE ->
          answer(task, approval.closed(Approval.State.APPROVED, by, now, comment), by, now);
      case REJECT ->
          answer(task, approval.closed(Approval.State.REJECTED, by, now, comment), by, now);
      case REJECT_AND_STOP -> {
        List<Approval> closed = ending.closed(task, Approval.State.REJECTED, by, comment, now);
        Outcome outcome =
            new Outcome(
                Reason.HUMAN_REJECTED_ACTION,
                "%s rejected %s: %s".formatted(by, approval.tool(), comment));
        yield written(ending.end(task, outcome, by, closed, now));
      }
    };
  }

  private OperatorAnswer answer(Task task, Approval decided, String by, Instant now) {
    String text = decided.state() + " " + decided.tool() + " (" + decided.id() + ")";
    var note = JournalItem.Note.on(task, now, JournalItem.Note.ANSWERED, by, text);
    Task.Progress progress = task.progress().withOpenApprovals(task.progress().openApprovals() - 1);
    Task answered = task.answered(progress, note.hash(), now);
    return written(
        store.commit(
            new Change(task, answered, List.of(note), List.of(), List.of(decided), List.of())));
  }

  /** Says what became of an action whose outcome is unknown. */
  public OperatorAnswer resolve(
      TaskId id, String actionKey, Resolution resolution, String by, String comment) {
    return on(
        id,
        task -> {
          if (task.outcome() == null || task.outcome().reason() != Reason.OUTCOME_UNKNOWN) {
            return refused(task, "does not wait for an unknown outcome, it is " + words(task));
          }
          Optional<LedgerRow> found = store.rows(id, List.of(actionKey)).stream().findFirst();
          if (found.isEmpty()) return refused(task, "has no action " + actionKey);
          LedgerRow row = found.get();
          Instant now = worker.now();
          Instant settledAfter = row.settledAfter();
          if (settledAfter != null && now.isBefore(settledAfter)) {
            return refused(
                task,
                "may still have a worker in " + row.tool() + "; ask again at " + settledAfter);
          }
          return resolve(task, row, resolution, by, comment, now);
        });
  }

  private OperatorAnswer resolve(
      Task task, LedgerRow row, Resolution resolution, String by, String comment, Instant now) {
    // The worker that was given up may have had the last word after all: then that word stands.
    boolean isOpen = row.state() == LedgerRow.State.UNKNOWN;
    return switch (resolution) {
      case STOP ->
          written(
              ending.end(
                  task,
                  new Outcome(Reason.HUMAN_REJECTED_ACTION, by + ": " + comment),
                  by,
                  Approval.State.SUPERSEDED,
                  now));
      case IT_HAPPENED ->
          resolved(
              task,
              isOpen
                  ? row.settled(
                      LedgerRow.State.SUCCEEDED,
                      TextNode.valueOf(by + " says that it happened: " + comment))
                  : row,
              by + " says that it happened: " + comment,
              by,
              now);
      case RUN_IT ->
          resolved(
              task,
              isOpen ? row.plannedAgain() : row,
              by + " says that it did not happen: " + comment,
              by,
              now);
    };
  }

  private OperatorAnswer resolved(Task task, LedgerRow row, String text, String by, Instant now) {
    var note =
        JournalItem.Note.on(
            task, now, JournalItem.Note.ANSWERED, by, row.tool() + " (" + row.key() + "): " + text);
    Task answered = task.answered(task.progress(), note.hash(), now);
    return written(
        store.commit(
            new Change(task, answered, List.of(note), List.of(row), List.of(), List.of())));
  }

  private OperatorAnswer on(TaskId id, Function<Task, OperatorAnswer> deed) {
    return store
        .find(id)
        .map(deed)
        .orElseGet(() -> new OperatorAnswer.Refused("there is no task " + id));
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
