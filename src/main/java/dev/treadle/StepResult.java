package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What an executor made of one iteration. It never says whether the task goes on. */
public sealed interface StepResult {
  /**
   * The step ran.
   *
   * @param answer what the model said, to be kept and shown to it again
   * @param results one per call, in the order asked
   */
  record Advanced(JsonNode answer, List<CallResult> results, StepReport report)
      implements StepResult {}

  /** The step gave no result; {@code usage} was spent all the same. */
  record Faulted(Fault fault, Usage usage) implements StepResult {}

  /** The ledger stopped the step ({@link Actions.Interrupted}); the loop knows why. */
  record Stopped(JsonNode answer, Usage usage) implements StepResult {}
}
