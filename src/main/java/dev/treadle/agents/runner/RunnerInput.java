package dev.treadle.agents.runner;

import dev.treadle.Description;
import java.util.List;

/** What starts the agent. */
public record RunnerInput(
    @Description("All the work, in its order; about ten items a batch") List<Batch> batches) {
  public RunnerInput {
    batches = List.copyOf(batches);
  }
}
