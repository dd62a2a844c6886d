package dev.treadle.engine;

import dev.treadle.Fault;
import dev.treadle.StepResult;
import dev.treadle.Usage;

/** How a step ended, as far as the loop is concerned. */
sealed interface Stepped {
  /** It is recorded and judged. */
  record Ran(StepRecord step) implements Stepped {}

  /**
   * The ledger stopped it.
   *
   * @param answerKept the answer is in the journal already
   */
  record Interrupted(StepResult.Stopped stopped, Interruption why, boolean answerKept)
      implements Stepped {}

  /** The infrastructure failed before anything happened. */
  record Failed(Fault.Transient fault, Usage usage) implements Stepped {}

  /** What it depends on is down, and it waits for that. */
  record Parked(Fault.Parked fault, Usage usage) implements Stepped {}
}
