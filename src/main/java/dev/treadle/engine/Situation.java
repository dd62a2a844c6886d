package dev.treadle.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a task stands, for the people who operate it: why, and the next thing that will happen.
 *
 * @param why in words, with the names, times and numbers that decided it
 * @param next what happens by itself, or what a person may do
 */
public record Situation(State state, String why, String next) {
  /** A worker takes a due iteration within seconds; the watchdog looks each minute. */
  static final Duration UNCLAIMED_MAX = Duration.ofMinutes(5);

  /** The statuses, with those tasks told apart that run and yet do nothing. */
  public enum State {
    RUNNING,
    WAITING,
    /** Runs, but not before a time: a retry, or something that it needs is down. */
    PARKED,
    /** Should have been taken up minutes ago, and nobody did. */
    STUCK,
    FAILED,
    DONE;

    @JsonValue
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    public static State ofWireName(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  /** Reads no more than the task's state needs: notes of one that is parked, open questions. */
  public static Situation read(TaskStore store, Task task, Instant now) {
    return switch (state(task, now)) {
      case RUNNING -> running(task);
      case PARKED -> parked(task, lastNote(store, task));
      case STUCK -> stuck(task);
      case WAITING ->
          waiting(task, store.approvals(task.id()).stream().filter(Approval::isOpen).toList());
      case FAILED -> failed(outcome(task));
      case DONE -> new Situation(State.DONE, outcome(task).detail(), "nothing: it is done");
    };
  }

  /** What the head alone tells. */
  public static State state(Task task, Instant now) {
    return switch (task.status()) {
      case DONE -> State.DONE;
      case FAILED -> State.FAILED;
      case WAITING_FOR_HUMAN -> isLate(task.wake().at(), now) ? State.STUCK : State.WAITING;
      case RUNNING -> {
        if (task.isLeasedAt(now)) yield State.RUNNING;
        if (task.attempts().notBefore().isAfter(now)) yield State.PARKED;
        yield isLate(dueSince(task), now) ? State.STUCK : State.RUNNING;
      }
    };
  }

  /** Since when a worker could have taken the current iteration. */
  static Instant dueSince(Task task) {
    Lease lease = task.lease();
    return lease == null ? task.attempts().notBefore() : lease.until();
  }

  private static boolean isLate(@Nullable Instant due, Instant now) {
    return due != null && due.plus(UNCLAIMED_MAX).isBefore(now);
  }

  private static Situation running(Task task) {
    Lease lease = task.lease();
    String iteration = iteration(task);
    if (task.cancel() instanceof Cancel cancel) {
      return new Situation(
          State.RUNNING,
          "%s runs; %s asked to stop it: %s".formatted(iteration, cancel.by(), cancel.why()),
          "it stops before its next action");
    }
    return lease == null
        ? new Situation(
            State.RUNNING,
            "%s is due since %s".formatted(iteration, clock(dueSince(task))),
            "a worker takes it; if its message was lost, the watchdog sends another")
        : new Situation(
            State.RUNNING,
            iteration + " runs",
            "its result is recorded; if its worker dies, another takes over after "
                + clock(lease.until()));
  }

  private static Situation parked(Task task, String note) {
    Instant until = task.attempts().notBefore();
    String why =
        "%s waits until %s%s"
            .formatted(iteration(task), clock(until), note.isEmpty() ? "" : ": " + note);
    return new Situation(
        State.PARKED,
        why,
        task.funds().deadline().isBefore(until)
            ? "it ends at its deadline, " + clock(task.funds().deadline())
            : afterPause(note, until));
  }

  /** Whether a note says that a task was parked, which costs it no attempt. */
  public static boolean isParking(String note) {
    return note.startsWith(Breakers.PARKED) || note.startsWith(HaltCheck.HALTED);
  }

  private static String afterPause(String note, Instant until) {
    return note.startsWith(HaltCheck.HALTED)
        ? "somebody lifts the halt; it looks again at " + clock(until)
        : "it goes on by itself at " + clock(until);
  }

  private static String lastNote(TaskStore store, Task task) {
    return store.journal(task.id(), JournalItem.firstKey(task.iteration())).stream()
        .filter(JournalItem.Note.class::isInstance)
        .map(note -> ((JournalItem.Note) note).text())
        .reduce("", (_, last) -> last);
  }

  private static Situation stuck(Task task) {
    if (task.outcome() instanceof Outcome outcome) {
      return new Situation(
          State.STUCK,
          "%s; the watchdog should have looked at %s"
              .formatted(outcome.detail(), clock(task.wake().at())),
          "nothing until a watchdog runs again: nobody is reminded, and nothing expires");
    }
    String what =
        task.lease() == null
            ? "no worker has taken %s since %s"
            : "the worker of %s has been silent since %s";
    return new Situation(
        State.STUCK,
        what.formatted(iteration(task), clock(dueSince(task))),
        "nothing until workers and the watchdog run: look at them, and at the dead letters");
  }

  private static Situation waiting(Task task, List<Approval> open) {
    Outcome outcome = outcome(task);
    if (outcome.reason() == Reason.OUTCOME_UNKNOWN) {
      return new Situation(
          State.WAITING,
          outcome.detail(),
          "somebody finds out and says so: it happened, run it, or stop; otherwise it ends at its"
              + " deadline, "
              + clock(task.funds().deadline()));
    }
    if (open.isEmpty()) {
      return new Situation(State.WAITING, outcome.detail(), "the watchdog lets it go on");
    }
    Approval first = open.stream().min(Comparator.comparing(Approval::expiresAt)).orElseThrow();
    String more = open.size() == 1 ? "" : ", and %d more".formatted(open.size() - 1);
    return new Situation(
        State.WAITING,
        "waits for %s since %s: %s%s"
            .formatted(
                first.terms().group(),
                clock(first.timing().createdAt()),
                first.action().title(),
                more),
        ifSilent(task, first));
  }

  private static String ifSilent(Task task, Approval first) {
    if (first.state() == Approval.State.PARKED) {
      return "nobody answered in time: somebody extends it, or it ends at its deadline, "
          + clock(task.funds().deadline());
    }
    return "somebody approves or rejects it; without an answer by %s %s"
        .formatted(
            clock(first.expiresAt()),
            switch (first.terms().onExpiry()) {
              case STOP -> "the task ends";
              case REJECT -> "the action is refused and the task goes on";
              case STAY_PARKED -> "it goes on waiting";
            });
  }

  private static Situation failed(Outcome outcome) {
    return new Situation(
        State.FAILED, words(outcome.reason()) + ": " + outcome.detail(), remedy(outcome.reason()));
  }

  /** The reason of a stop, as people say it. */
  public static String words(Reason reason) {
    return reason.wireName().replace('_', ' ');
  }

  private static String remedy(Reason reason) {
    return switch (reason) {
      case MAX_ITERATIONS_REACHED, BUDGET_EXHAUSTED, DEADLINE_EXCEEDED, RETRIES_EXHAUSTED ->
          "nothing until somebody resumes it, which raises its limits";
      case TOO_MANY_ERRORS, NO_PROGRESS_DETECTED, OUTPUT_INVALID ->
          "nothing until somebody resumes it or forks it from a checkpoint";
      case HUMAN_REJECTED_ACTION, APPROVAL_EXPIRED, CANCELLED ->
          "nothing until somebody resumes it";
      case STALE_OUTPUT -> "nothing was delivered: look at its series, then resume it or leave it";
      case STATE_TOO_LARGE -> "nothing until somebody forks it from an earlier checkpoint";
      case DEFINITION_MISSING ->
          "nothing until its agent is deployed again and somebody resumes it";
      case TASK_COMPLETE, AWAITING_HUMAN_APPROVAL, OUTCOME_UNKNOWN ->
          throw new IllegalStateException("no task fails because of " + reason.wireName());
    };
  }

  private static Outcome outcome(Task task) {
    Outcome outcome = task.outcome();
    if (outcome == null) {
      throw new IllegalStateException(
          "task %s is %s without a reason".formatted(task.id(), task.status().wireName()));
    }
    return outcome;
  }

  private static String iteration(Task task) {
    return "iteration %d of %d".formatted(task.iteration(), task.funds().maxIterations());
  }

  private static String clock(@Nullable Instant time) {
    return String.valueOf(time == null ? null : time.truncatedTo(ChronoUnit.SECONDS));
  }
}
