package dev.treadle.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * What is a worker's own: its clock, its randomness and how long its leases last.
 *
 * @param lease must be at least the function's timeout plus the skew between clocks
 */
public record Worker(InstantSource clock, RandomGenerator random, Duration lease) {
  /** Milliseconds: what every store keeps. */
  public Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  Lease newLease(Instant now) {
    byte[] token = new byte[16];
    random.nextBytes(token);
    return new Lease(HexFormat.of().formatHex(token), now.plus(lease));
  }

  /** When the present lease of a task was taken. */
  Instant claimedAt(Task task) {
    Lease held = task.lease();
    if (held == null) throw new IllegalStateException("task " + task.id() + " is not leased");
    return held.until().minus(lease);
  }

  /** Full jitter below a doubling ceiling, and never before the other side asked to be left. */
  Duration backoff(int attemptsUsed, Duration retryAfter) {
    long ceiling =
        Math.min(
            Defaults.BACKOFF_CAP.toMillis(),
            Defaults.BACKOFF_BASE.toMillis() << Math.min(20, Math.max(0, attemptsUsed - 1)));
    Duration jittered = Duration.ofMillis(1 + random.nextLong(ceiling));
    if (retryAfter.compareTo(Defaults.RETRY_AFTER_MAX) > 0) return Defaults.RETRY_AFTER_MAX;
    return jittered.compareTo(retryAfter) > 0 ? jittered : retryAfter;
  }
}
