package dev.treadle.engine;

import dev.treadle.DeliveryCheck;
import java.time.Instant;

/** Why the ledger stopped a step. */
sealed interface Interruption {
  /** Another worker owns the task now; this one writes nothing more. */
  record Fenced() implements Interruption {}

  /** An operator asked to stop before the next action. */
  record Cancelled() implements Interruption {}

  /** An action was started and nobody knows whether it happened: a human must say. */
  record InDoubt(LedgerRow row) implements Interruption {}

  /** What was to be delivered is stale, and its agent's policy is to stop. */
  record Stale(DeliveryCheck.Judged judged) implements Interruption {}

  /**
   * The same iteration goes on later.
   *
   * @param burnsAttempt false when the step only waits and nothing failed
   */
  record Later(Instant when, String why, boolean burnsAttempt) implements Interruption {}
}
