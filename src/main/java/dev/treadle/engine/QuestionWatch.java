package dev.treadle.engine;

import dev.treadle.OnExpiry;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks after the open questions of a waiting task: what expired is ended by its policy, and people
 * who have not heard, or have not answered, are told again.
 *
 * <p>Notices go out before the look is noted, so that a crash between the two tells people twice
 * rather than never.
 */
final class QuestionWatch {
  private static final String ME = "the watchdog";
  private static final Duration NOTIFY_PAUSE_MAX = Duration.ofHours(1);
  private final TaskStore store;
  private final StepQueue queue;
  private final ApprovalNotices notices;
  private final Ending ending;

  QuestionWatch(Loop.Places places) {
    this.store = places.store();
    this.queue = places.queue();
    this.notices = places.notices();
    this.ending = new Ending(store);
  }

  void look(Task task, Instant now) {
    List<Approval> open = store.approvals(task.id()).stream().filter(Approval::isOpen).toList();
    List<Approval> expired =
        open.stream()
            .filter(each -> each.state() == Approval.State.OPEN)
            .filter(each -> !now.isBefore(each.expiresAt()))
            .toList();
    if (expired.isEmpty()) {
      tell(task, open, now);
    } else if (expired.stream().anyMatch(each -> each.terms().onExpiry() == OnExpiry.STOP)) {
      stop(task, open, expired, now);
    } else {
      goOn(task, open, expired, now);
    }
  }

  private void stop(Task task, List<Approval> open, List<Approval> expired, Instant now) {
    Approval first =
        expired.stream()
            .filter(each -> each.terms().onExpiry() == OnExpiry.STOP)
            .findFirst()
            .orElseThrow();
    Outcome outcome = new Outcome(Reason.APPROVAL_EXPIRED, words(first));
    List<Approval> closed = new ArrayList<>();
    for (Approval each : open) {
      Approval.State as =
          expired.contains(each) ? Approval.State.EXPIRED : Approval.State.SUPERSEDED;
      closed.add(each.closed(as, ME, now, outcome.detail()));
    }
    ending.end(task, outcome, ME, closed, now);
  }

  /** What nobody answered is refused or parked; what others may still answer stays open. */
  private void goOn(Task task, List<Approval> open, List<Approval> expired, Instant now) {
    List<Approval> changed = new ArrayList<>();
    int refused = 0;
    for (Approval each : expired) {
      boolean isRefused = each.terms().onExpiry() == OnExpiry.REJECT;
      if (isRefused) refused++;
      changed.add(
          isRefused ? each.closed(Approval.State.EXPIRED, ME, now, words(each)) : each.parked());
    }
    String text =
        expired.stream()
            .map(each -> "%s (%s): %s".formatted(each.tool(), each.id(), words(each)))
            .collect(Collectors.joining("; "));
    var note = JournalItem.Note.on(task, now, JournalItem.Note.EXPIRED, ME, text);
    List<Approval> left = open.stream().filter(each -> !expired.contains(each)).toList();
    Task next =
        refused == 0
            ? task.stillWaiting(nextLook(left, now, task.funds().deadline()), note.hash())
            : task.answered(
                task.progress().withOpenApprovals(task.progress().openApprovals() - refused),
                note.hash(),
                now);
    if (store.commit(Change.of(task, next, note).asking(changed))
            instanceof Commit.Written(Task written)
        && written.status() == Status.RUNNING) {
      queue.send(written.due(), Duration.ZERO);
    }
  }

  private static String words(Approval expired) {
    return "nobody decided about %s until %s".formatted(expired.tool(), expired.expiresAt());
  }

  private void tell(Task task, List<Approval> open, Instant now) {
    Set<String> reached =
        store.notifications(task.id()).stream()
            .filter(Notification::hasReached)
            .map(Notification::approvalId)
            .collect(Collectors.toSet());
    Instant lastLook = task.wake().lastEnqueueAt();
    Instant next = nextLook(open, now, task.funds().deadline());
    for (Approval each : open) {
      if (each.state() != Approval.State.OPEN) continue;
      if (!reached.contains(each.id())) {
        Instant checkAt = each.timing().createdAt().plus(Defaults.NOTIFY_CHECK);
        if (!checkAt.isAfter(now)) send(each, ApprovalNotice.Kind.ASKED);
        Instant again = checkAt.isAfter(now) ? checkAt : now.plus(pause(lastLook, now));
        if (again.isBefore(next)) next = again;
      } else if (each.timing().isReminderDue(lastLook, now)) {
        send(each, ApprovalNotice.Kind.REMINDED);
      }
    }
    store.resent(task, now, next);
  }

  /** Twice as long as since the last time: nobody may be there to tell people for days. */
  private static Duration pause(Instant lastLook, Instant now) {
    Duration doubled = Duration.between(lastLook, now).multipliedBy(2);
    if (doubled.compareTo(Defaults.NOTIFY_CHECK) < 0) return Defaults.NOTIFY_CHECK;
    return doubled.compareTo(NOTIFY_PAUSE_MAX) > 0 ? NOTIFY_PAUSE_MAX : doubled;
  }

  private void send(Approval question, ApprovalNotice.Kind kind) {
    notices.send(new ApprovalNotice(question.taskId(), question.id(), kind));
  }

  private static Instant nextLook(List<Approval> questions, Instant now, Instant latest) {
    return questions.stream()
        .map(each -> each.nextLook(now))
        .filter(latest::isAfter)
        .min(Instant::compareTo)
        .orElse(latest);
  }
}
