package dev.treadle.agents.canary;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Fault;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepReport;
import dev.treadle.StepResult;
import dev.treadle.Usage;
import java.util.List;
import java.util.Optional;

/** Counts in working memory, in place of a model, and stops where the memory lost an iteration. */
public final class CanaryExecutor implements StepExecutor {
  private static final String COUNTED = "counted";

  @Override
  public StepResult execute(StepInput input, Actions actions) {
    int counted = input.workingMemory().path(COUNTED).asInt(0) + 1;
    if (counted != input.iteration()) {
      String why =
          "working memory remembers %d iterations before iteration %d"
              .formatted(counted - 1, input.iteration());
      return new StepResult.Faulted(new Fault.Hopeless(why), Usage.NONE);
    }
    ObjectNode memory = Json.object().put(COUNTED, counted);
    return new StepResult.Advanced(memory, List.of(), report(memory, completion(counted)));
  }

  private static Optional<StepReport.Completion> completion(int counted) {
    if (counted < CanaryAgent.ITERATIONS) return Optional.empty();
    JsonNode output = Json.tree(new CanaryAgent.Counted(counted));
    return Optional.of(new StepReport.Completion.OfTask(output));
  }

  private static StepReport report(ObjectNode memory, Optional<StepReport.Completion> completion) {
    return new StepReport(
        memory, Optional.empty(), completion, List.of(), List.of(), Usage.NONE, Reserve.NONE);
  }

  @Override
  public Reserve firstReserve(Agent agent) {
    return Reserve.NONE;
  }
}
