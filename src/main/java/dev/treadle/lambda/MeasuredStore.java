package dev.treadle.lambda;

import dev.treadle.DeliveryCheck;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Change;
import dev.treadle.engine.Commit;
import dev.treadle.engine.ForwardingTaskStore;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts what is committed. A commit that is repeated after a lost reply may be counted twice. */
public final class MeasuredStore extends ForwardingTaskStore {
  private final Metrics metrics;

  public MeasuredStore(TaskStore store, Metrics metrics) {
    super(store);
    this.metrics = metrics;
  }

  @Override
  public Commit commit(Change change) {
    Commit answer = super.commit(change);
    if (answer instanceof Commit.Written) {
      metrics.say(counts(change));
      verdict(change)
          .ifPresent(reason -> metrics.sayOf("Reason", reason.wireName(), Metric.VERDICTS, 1));
    }
    return answer;
  }

  private static Map<Metric, Long> counts(Change change) {
    Map<Metric, Long> counts = new EnumMap<>(Metric.class);
    Task from = change.from();
    Task to = change.to();
    add(counts, Metric.ITERATIONS, to.iteration() - from.iteration());
    add(counts, Metric.RETRIES, retries(change));
    add(counts, Metric.REPORTED_APPROVALS, notes(change, JournalItem.Note.REPORTED));
    for (JournalItem item : change.items()) {
      if (item instanceof JournalItem.Entry entry) {
        add(counts, Metric.COST, entry.usage().costMicros());
      }
    }
    boolean isNews = to.status() != from.status();
    add(counts, Metric.FAILED_TASKS, isNews && to.status() == Status.FAILED ? 1 : 0);
    add(counts, Metric.UNKNOWN_OUTCOMES, isUnknown(to) && !isUnknown(from) ? 1 : 0);
    add(
        counts,
        Metric.EXPIRED_APPROVALS,
        change.papers().approvals().stream()
            .filter(approval -> approval.state() == Approval.State.EXPIRED)
            .count());
    long findings =
        change
            .judged()
            // What somebody expects is on the page, and wakes nobody.
            .filter(judged -> judged.expected().isEmpty())
            .map(DeliveryCheck.Judged::findings)
            .map(List::size)
            .orElse(0);
    add(counts, Metric.DRIFT_FINDINGS, findings);
    return counts;
  }

  private static Optional<Reason> verdict(Change change) {
    Optional<Reason> before = reason(change.from());
    return reason(change.to()).filter(reason -> !before.equals(Optional.of(reason)));
  }

  private static Optional<Reason> reason(Task task) {
    return Optional.ofNullable(task.outcome()).map(Outcome::reason);
  }

  /** Each write counts the claims since the last one: all but its own are of workers that died. */
  private static long retries(Change change) {
    long died = Math.max(0, change.from().attempts().openClaims() - 1);
    return died + notes(change, JournalItem.Note.RETRIED);
  }

  private static long notes(Change change, String event) {
    return change.items().stream()
        .filter(item -> item instanceof JournalItem.Note note && note.event().equals(event))
        .count();
  }

  private static boolean isUnknown(Task task) {
    return task.outcome() != null && task.outcome().reason() == Reason.OUTCOME_UNKNOWN;
  }

  private static void add(Map<Metric, Long> counts, Metric metric, long count) {
    if (count > 0) counts.merge(metric, count, Long::sum);
  }
}
