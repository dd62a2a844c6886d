package dev.treadle.engine;

import dev.treadle.Agent;
import dev.treadle.DeliveryCheck;
import dev.treadle.Fault;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.StepResult;
import dev.treadle.Tool;
import dev.treadle.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Carries a task forward, one message per delivery.
 *
 * <p>Every delivery has the same shape: one conditional write records what happened, one pure
 * function decides what is next, and only then is the message given up. A delivery that dies
 * anywhere is delivered again and finds in the table how far it got, so recovery is the ordinary
 * path and not a second one.
 */
public final class LoopEngine {
  private static final Disposition ACKNOWLEDGE = new Disposition.Acknowledge();
  private final TaskStore store;
  private final StepQueue queue;
  private final ApprovalNotices notices;
  private final AgentCatalog agents;
  private final Stepper stepper;
  private final Worker worker;
  private final Ending ending;

  public LoopEngine(Loop.Places places, AgentCatalog agents, Stepper stepper, Worker worker) {
    this.store = places.store();
    this.queue = places.queue();
    this.notices = places.notices();
    this.agents = agents;
    this.stepper = stepper;
    this.worker = worker;
    this.ending = new Ending(store);
  }

  /**
   * Takes a message as far as it goes.
   *
   * @param timeLeft until the platform ends this worker, whatever it is at
   */
  public Disposition deliver(StepMessage message, Duration timeLeft) {
    Instant now = worker.now();
    Claimed claimed = store.claim(message, worker.newLease(now), now);
    return switch (claimed.claim()) {
      case Claim.Granted(Task task) ->
          run(task, claimed.recall().orElseThrow(), now.plus(timeLeft));
      case Claim.AlreadyRecorded(Task task) -> heal(task);
      case Claim.Held(Instant until) -> new Disposition.KeepUntil(until);
      case Claim.TooEarly(Instant notBefore) -> new Disposition.KeepUntil(notBefore);
      case Claim.Obsolete() -> ACKNOWLEDGE;
      case Claim.Exhausted(Task task, Reason reason, String detail) ->
          end(task, new Outcome(reason, detail));
      case Claim.Newer(int _) -> new Disposition.KeepUntil(now.plus(Defaults.VISIBILITY));
    };
  }

  private Disposition run(Task task, Recall recall, Instant cutAt) {
    Optional<Agent> deployed = agents.find(task.type());
    if (deployed.isEmpty()) return missing(task, "agent " + task.type() + " is gone");
    List<String> missing = recall.input().missingFrom(deployed.get());
    if (!missing.isEmpty()) return missing(task, String.join("; ", missing));
    Agent agent = recall.input().pinned(deployed.get());
    Iteration iteration = Iteration.of(task, recall, agent, cutAt);
    return settle(iteration, stepper.run(iteration));
  }

  private Disposition settle(Iteration iteration, Stepped stepped) {
    return switch (stepped) {
      case Stepped.Ran(StepRecord record) -> commit(iteration, record);
      case Stepped.Interrupted(StepResult.Stopped stopped, Interruption why, boolean kept) ->
          interrupted(iteration, new Release(stopped, kept), why);
      case Stepped.Failed(Fault.Transient(String why, Duration after), Usage usage) ->
          retry(iteration.task(), Release.without(usage), why, after);
      case Stepped.Parked(Fault.Parked(String why, Instant until), Usage usage) ->
          release(iteration.task(), Release.without(usage), why, until, true);
    };
  }

  private Disposition commit(Iteration iteration, StepRecord record) {
    Task task = iteration.task();
    List<Approval> open = stepper.open(task);
    Change change =
        new Recording(
                task,
                iteration.history(),
                iteration.agent(),
                record,
                open,
                new Succession(iteration.input(), agents, stepper::firstReserve),
                worker.claimedAt(task),
                worker.now())
            .change();
    return switch (store.commit(change)) {
      case Commit.Written(Task written) -> {
        // Their heads are due at once: the watchdog sends what a worker that dies here did not.
        change.children().forEach(child -> queue.send(child.task().due(), Duration.ZERO));
        yield proceed(written, change);
      }
      // An operator asked to stop while the step ran: judge it again on what stands there now.
      case Commit.Lost(Task current) when isMineButCancelled(task, current) ->
          commit(iteration.on(current), record);
      // Another worker moved the task first. It may yet die, so this message must not.
      case Commit.Lost(Task current) -> keep(current);
    };
  }

  private static boolean isMineButCancelled(Task task, Task current) {
    return Fence.of(current, task) == Fence.CANCELLED && task.cancel() == null;
  }

  private Disposition interrupted(Iteration iteration, Release release, Interruption why) {
    Task task = iteration.task();
    return switch (why) {
      case Interruption.Fenced() -> keep(store.find(task.id()).orElse(task));
      case Interruption.Cancelled() -> cancelled(task);
      case Interruption.Stale(DeliveryCheck.Judged judged) -> stale(task, judged);
      case Interruption.InDoubt(LedgerRow row) -> suspend(iteration, release, row);
      case Interruption.Later(Instant when, String what, boolean burns) ->
          burns
              ? retry(task, release, what, Duration.between(worker.now(), when))
              : release(task, release, what, when, true);
    };
  }

  private Disposition retry(Task task, Release release, String why, Duration after) {
    if (task.attempts().left() == 0) {
      return end(
          task,
          new Outcome(
              Reason.RETRIES_EXHAUSTED,
              "iteration %d failed %d times, the last time with: %s"
                  .formatted(task.iteration(), task.attempts().given(), why)));
    }
    Instant when = worker.now().plus(worker.backoff(task.attempts().used(), after));
    return release(task, release, why, when, false);
  }

  private Disposition release(
      Task task, Release release, String why, Instant when, boolean givesAttemptBack) {
    Instant now = worker.now();
    var note = JournalItem.Note.on(task, now, JournalItem.Note.RETRIED, "the loop", why);
    Task released = task.released(when, release.usage(), givesAttemptBack, note.hash(), now);
    Change change = Change.of(task, released, release.items(task, note));
    return switch (store.commit(change)) {
      case Commit.Written(Task written) -> proceed(written, Duration.between(now, when));
      case Commit.Lost(Task current) when isMineButCancelled(task, current) -> cancelled(task);
      case Commit.Lost(Task current) -> keep(current);
    };
  }

  private Disposition suspend(Iteration iteration, Release release, LedgerRow row) {
    Task task = iteration.task();
    Instant now = worker.now();
    String text =
        // The key comes first: the head keeps only the beginning of this.
        "action %s: nobody knows whether %s happened, started at %s"
            .formatted(row.key(), row.tool(), row.startedAt());
    var note = JournalItem.Note.on(task, now, JournalItem.Note.SUSPENDED, "the loop", text);
    List<Approval> open = stepper.open(task);
    List<Approval> asked = new ArrayList<>(open);
    List<Approval> question = question(iteration, row, open, now);
    asked.addAll(question);
    Instant wakeAt = Approval.firstLook(asked, now, task.funds().deadline());
    Task waiting =
        task.released(now, release.usage(), true, note.hash(), now)
            .waiting(new Outcome(Reason.OUTCOME_UNKNOWN, text), wakeAt, now);
    Change change = Change.of(task, waiting, release.items(task, note)).asking(question);
    return switch (store.commit(change)) {
      case Commit.Written(Task written) -> proceed(written, change);
      case Commit.Lost(Task current) when isMineButCancelled(task, current) -> cancelled(task);
      case Commit.Lost(Task current) -> keep(current);
    };
  }

  /** Asks people what became of it, unless they are asked already. */
  private static List<Approval> question(
      Iteration iteration, LedgerRow row, List<Approval> open, Instant now) {
    boolean isAsked =
        open.stream()
            .anyMatch(
                each -> each.kind() == Approval.Kind.OUTCOME && each.actionKey().equals(row.key()));
    Optional<Tool> tool = iteration.agent().tool(row.tool());
    if (isAsked || tool.isEmpty()) return List.of();
    Asking asking =
        new Asking(
            iteration.task(),
            iteration.agent(),
            iteration.history(),
            Optional.empty(),
            "",
            Optional.empty(),
            now);
    return List.of(asking.outcome(row, tool.get()));
  }

  private Disposition cancelled(Task task) {
    Task current = store.find(task.id()).orElse(task);
    return current.cancel() instanceof Cancel cancel && Fence.of(current, task) != Fence.LOST
        ? end(current, new Outcome(Reason.CANCELLED, cancel.by() + ": " + cancel.why()))
        : keep(current);
  }

  private Disposition stale(Task task, DeliveryCheck.Judged judged) {
    return switch (ending.end(task, judged, worker.now())) {
      case Commit.Written _ -> ACKNOWLEDGE;
      case Commit.Lost(Task current) when isMineButCancelled(task, current) -> cancelled(task);
      case Commit.Lost(Task current) -> keep(current);
    };
  }

  private Disposition missing(Task task, String what) {
    return end(task, new Outcome(Reason.DEFINITION_MISSING, what));
  }

  private Disposition end(Task task, Outcome outcome) {
    Instant now = worker.now();
    return switch (ending.end(task, outcome, "the loop", Approval.State.SUPERSEDED, now)) {
      case Commit.Written _ -> ACKNOWLEDGE;
      case Commit.Lost(Task current) -> keep(current);
    };
  }

  /** Sends the current message again, once for all who notice that it was lost. */
  Disposition heal(Task task) {
    Instant now = worker.now();
    if (store.resent(task, now, now.plus(Defaults.RESEND_PAUSE))) {
      queue.send(task.due(), Duration.ZERO);
    }
    return ACKNOWLEDGE;
  }

  private Disposition proceed(Task written, Change change) {
    Disposition done = proceed(written, Duration.ZERO);
    announce(change);
    return done;
  }

  /** A worker that dies before this line leaves it to the watchdog's notify check. */
  private void announce(Change change) {
    for (Approval asked : change.approvals()) {
      if (asked.version() > 1) continue;
      notices.send(new ApprovalNotice(asked.taskId(), asked.id(), ApprovalNotice.Kind.ASKED));
    }
  }

  private Disposition proceed(Task written, Duration delay) {
    // A worker that dies before this line is healed by the watchdog or by its own message.
    if (written.status() == Status.RUNNING) queue.send(written.due(), delay);
    return ACKNOWLEDGE;
  }

  private Disposition keep(Task current) {
    Instant now = worker.now();
    return new Disposition.KeepUntil(
        current.lease() instanceof Lease lease && lease.isLiveAt(now)
            ? lease.until()
            : now.plus(Defaults.HEAL_GRACE).plusMillis(1));
  }

  /** What a step that did not end leaves behind: its cost, and its answer if that is not kept. */
  private record Release(Optional<StepResult.Stopped> stopped, Usage usage, boolean answerKept) {
    Release(StepResult.Stopped stopped, boolean answerKept) {
      this(Optional.of(stopped), stopped.usage(), answerKept);
    }

    static Release without(Usage usage) {
      return new Release(Optional.empty(), usage, true);
    }

    JournalItem[] items(Task task, JournalItem.Note note) {
      if (answerKept || stopped.isEmpty()) return new JournalItem[] {note};
      return new JournalItem[] {
        note,
        new JournalItem.Answer(
            JournalItem.SCHEMA, task.id(), task.iteration(), stopped.get().answer())
      };
    }
  }
}
