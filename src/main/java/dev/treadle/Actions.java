package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The one way for a step to reach the world: every call goes through the gate and the ledger.
 *
 * <p>Reads may run in parallel; the others run one by one in the order asked, each with its intent
 * written before and its outcome after. May be called once per step.
 */
public interface Actions {
  /**
   * Performs calls whose arguments are valid.
   *
   * @param answer the model's answer, kept with the intent so that a retry never asks again
   */
  Performance perform(JsonNode answer, List<ToolCall> calls);

  sealed interface Performance {}

  /** One result per call, in the order asked. */
  record Performed(List<CallResult> results) implements Performance {}

  /** The step must end now with {@link StepResult.Stopped}: lease lost, cancelled, or in doubt. */
  record Interrupted() implements Performance {}
}
