package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Limits;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Reserve;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.Cancel;
import dev.treadle.engine.Lease;
import dev.treadle.engine.Task;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A head of more than 1,024 bytes would double the price of every claim. */
class HeadSizeTest {
  private static final Instant TIME = Instant.parse("2026-11-23T12:34:56.789Z");
  private static final long MOST = 999_999_999_999L;
  private static final Cancel CANCEL = new Cancel("ü".repeat(500), "ü".repeat(500), TIME);

  @Test
  void theLargestLegalHeadOfARunningTaskIsUnderAKilobyte() {
    Task leased = largest(Status.RUNNING, null, new Lease("f".repeat(32), TIME), TIME, CANCEL);

    assertThat(ItemSize.bytes(HeadItem.of(leased))).isLessThan(1_024);
  }

  @Test
  void theLargestLegalHeadOfATaskThatWaitsOrEndedIsUnderAKilobyte() {
    Outcome longest = new Outcome(Reason.MAX_ITERATIONS_REACHED, "ü".repeat(5_000));
    // A request to cancel ends a task that waits, so none waits with one.
    Outcome waits = new Outcome(Reason.AWAITING_HUMAN_APPROVAL, "ü".repeat(5_000));

    assertThat(ItemSize.bytes(HeadItem.of(largest(Status.FAILED, longest, null, null, CANCEL))))
        .isLessThan(1_024);
    assertThat(
            ItemSize.bytes(HeadItem.of(largest(Status.WAITING_FOR_HUMAN, waits, null, TIME, null))))
        .isLessThan(1_024);
  }

  private static Task largest(
      Status status, Outcome outcome, Lease lease, Instant wakeAt, Cancel cancel) {
    int iterations = Limits.MAX_ITERATIONS_CEILING - 1;
    return new Task(
        Task.SCHEMA,
        new TaskId("t".repeat(100)),
        "a".repeat(64),
        new Task.Origin("p".repeat(100), TIME, new TaskId("u".repeat(100))),
        MOST,
        iterations,
        status,
        outcome,
        TIME,
        lease,
        new Task.Attempts(TIME, 99, 99, 98, 9_999),
        new Task.Funds(
            MOST,
            MOST,
            999_999,
            new Reserve(MOST, MOST),
            new Reserve(MOST, MOST),
            TIME,
            iterations),
        new Task.Progress(99, 99, iterations, iterations, iterations, 32, 31, "f".repeat(64)),
        new Task.Wake(wakeAt, TIME),
        cancel);
  }
}
