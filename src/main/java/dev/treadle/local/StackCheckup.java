package dev.treadle.local;

import dev.treadle.aws.StackFacts;
import dev.treadle.engine.Defaults;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Whether a table and a queue are as {@code template.yaml} makes them. */
record StackCheckup(StackFacts.OfTable table, StackFacts.OfQueue queue, Instant now) {
  private static final Set<String> INDEXES = Set.of("board", "due");
  private static final String EXPIRES = "expires_at";
  private static final String DEPLOY = "deploy template.yaml again";

  /** A lease outlives its function by this much: clocks that differ more may run a step twice. */
  static final Duration SKEW_MAX = Defaults.LEASE.minus(Defaults.FUNCTION_TIMEOUT);

  private static final int RECEIVE_COUNT_LEAST = 5;

  List<Diagnosis> diagnoses() {
    return List.of(indexes(), timeToLive(), recovery(), clock(), delivery(), deadLetters());
  }

  private Diagnosis indexes() {
    Set<String> missing = new TreeSet<>(INDEXES);
    missing.removeAll(table.indexes());
    return missing.isEmpty()
        ? Diagnosis.ok("table", table.name())
        : Diagnosis.wrong(
            "table", "%s lacks the index %s".formatted(table.name(), missing), DEPLOY);
  }

  private Diagnosis timeToLive() {
    return table.timeToLive().filter(EXPIRES::equals).isPresent()
        ? Diagnosis.ok("expiry", "ended tasks go away after " + EXPIRES)
        : Diagnosis.wrong("expiry", "no item ever goes away: TTL is off on " + EXPIRES, DEPLOY);
  }

  private Diagnosis recovery() {
    if (table.isRecoverable().isEmpty()) {
      return Diagnosis.note(
          "recovery", "could not be asked", "allow dynamodb:DescribeContinuousBackups");
    }
    return table.isRecoverable().get()
        ? Diagnosis.ok("recovery", "to any second of the last days")
        : Diagnosis.wrong("recovery", "point-in-time recovery is off", DEPLOY);
  }

  private Diagnosis clock() {
    if (table.answeredAt().isEmpty()) {
      return Diagnosis.note("clock", "the table did not tell its time", "see that NTP runs here");
    }
    Duration skew = Duration.between(table.answeredAt().get(), now).abs();
    return skew.compareTo(SKEW_MAX) < 0
        ? Diagnosis.ok("clock", "within %d s of the table's".formatted(skew.toSeconds() + 1))
        : Diagnosis.wrong(
            "clock",
            "differs from the table's by " + Columns.span(skew),
            "set this machine's clock; leases allow " + Columns.span(SKEW_MAX));
  }

  private Diagnosis delivery() {
    if (queue.maxReceiveCount().orElse(0) < RECEIVE_COUNT_LEAST) {
      return Diagnosis.wrong(
          "queue",
          queue.maxReceiveCount().isEmpty()
              ? queue.url() + " has no queue for dead letters"
              : "a message dies after %d receptions".formatted(queue.maxReceiveCount().getAsInt()),
          DEPLOY);
    }
    return queue.visibility().compareTo(Defaults.VISIBILITY) >= 0
        ? Diagnosis.ok("queue", "%s, %d messages wait".formatted(queue.url(), queue.waiting()))
        : Diagnosis.wrong(
            "queue",
            "a message is hidden for %d s only".formatted(queue.visibility().toSeconds()),
            "make that %d s, six times the function's timeout"
                .formatted(Defaults.VISIBILITY.toSeconds()));
  }

  private Diagnosis deadLetters() {
    if (queue.deadLetters().isEmpty()) {
      return Diagnosis.note(
          "dead letters", "could not be counted", "allow sqs:GetQueueAttributes on their queue");
    }
    int letters = queue.deadLetters().getAsInt();
    return letters == 0
        ? Diagnosis.ok("dead letters", "none")
        : Diagnosis.wrong("dead letters", letters + " wait", "infra/redrive.md says how to go on");
  }
}
