package dev.treadle;

import java.time.Duration;
import java.time.Instant;

/** Why a step gave no result. */
public sealed interface Fault {
  String message();

  /** The infrastructure failed before anything happened; the same step is tried again later. */
  record Transient(String message, Duration retryAfter) implements Fault {}

  /**
   * What the step depends on is known to be down; the same step goes on later, and loses neither an
   * iteration nor an attempt.
   */
  record Parked(String message, Instant until) implements Fault {}

  /** The step failed and is recorded as an error; the next iteration may do better. */
  record Recorded(String message) implements Fault {}

  /** No later iteration can do better (a wrong key, say); the task stops at once. */
  record Hopeless(String message) implements Fault {}
}
