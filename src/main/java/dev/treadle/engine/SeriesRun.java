package dev.treadle.engine;

import dev.treadle.Finding;
import dev.treadle.Fingerprint;
import dev.treadle.Reason;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of a series, written in the transaction that ends its task. A task that an operator
 * resumes, and that ends again, replaces its run.
 *
 * @param startedAt when the trigger fired, which orders the runs
 * @param reason why the task ended
 * @param delivered the result left: its action succeeded, or the output was accepted
 * @param fingerprint absent when the task ended before it had a result
 * @param similarity to the run before, from 0 to 1; absent for the first
 * @param expected who expected the findings, until when and why; absent when nobody did
 */
public record SeriesRun(
    int schema,
    SeriesKey series,
    TaskId taskId,
    String taskType,
    Instant startedAt,
    Instant endedAt,
    Reason reason,
    boolean delivered,
    long costMicros,
    @Nullable Fingerprint fingerprint,
    @Nullable Double similarity,
    List<Finding> findings,
    @Nullable String expected) {
  public static final int SCHEMA = 1;

  /** Stands before every sort key of a run. */
  public static final String PREFIX = "RUN#";

  /** Of one length, so that the order of texts is the order of times. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

  public SeriesRun {
    findings = List.copyOf(findings);
  }

  /** Orders the runs of a series; two tasks that started at the same time have a key each. */
  public String sortKey() {
    return PREFIX + sortable(startedAt) + "#" + taskId;
  }

  /**
   * Behind the keys of all runs that started before a time, and before those that started at it.
   */
  public static String firstKey(Instant startedAt) {
    return PREFIX + sortable(startedAt);
  }

  /** A time as part of a key. */
  public static String sortable(Instant time) {
    return TIME.format(time);
  }
}
