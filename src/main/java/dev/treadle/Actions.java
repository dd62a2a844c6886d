package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * The one way for a step to reach the world: every call goes through the gate and the ledger.
 *
 * <p>Reads may run in parallel; the others run one by one in the order asked, each with its intent
 * written before and its outcome after. May be called once per step.
 */
public interface Actions {
  /** Performs calls whose arguments are valid. */
  Performance perform(Proposal proposal);

  /**
   * What a model asked for in one answer.
   *
   * @param answer as a whole, kept with the intent so that a retry never asks again
   * @param confidence from 0 to 1, the model's own; a gate may ask because of it
   * @param words what it said beside its calls, for whoever is asked to approve one
   */
  record Proposal(
      JsonNode answer, List<ToolCall> calls, Optional<Double> confidence, String words) {
    public Proposal {
      calls = List.copyOf(calls);
    }
  }

  sealed interface Performance {}

  /** One result per call, in the order asked. */
  record Performed(List<CallResult> results) implements Performance {}

  /** The step must end now with {@link StepResult.Stopped}: lease lost, cancelled, or in doubt. */
  record Interrupted() implements Performance {}
}
