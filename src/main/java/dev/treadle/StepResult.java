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

  /**
   * The step summarised turns, and did nothing else.
   *
   * @param upTo the last iteration that the summary stands for, with what stood before it
   */
  record Summarized(int upTo, ContextSummary summary, Usage usage, Reserve nextReserve)
      implements StepResult {}

  /** The step asked for a summary, and what came is of no use: the turns stay as they are. */
  record NotSummarized(String why, Usage usage, Reserve nextReserve) implements StepResult {}

  /** The step gave no result; {@code usage} was spent all the same. */
  record Faulted(Fault fault, Usage usage) implements StepResult {}

  /** The ledger stopped the step ({@link Actions.Interrupted}); the loop knows why. */
  record Stopped(JsonNode answer, Usage usage) implements StepResult {}
}
