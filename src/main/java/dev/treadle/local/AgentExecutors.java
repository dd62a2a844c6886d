package dev.treadle.local;

import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import java.util.Map;

/** Runs each agent by its own executor: locally, every agent may have a script of its own. */
record AgentExecutors(Map<String, StepExecutor> byAgent) implements StepExecutor {
  AgentExecutors {
    byAgent = Map.copyOf(byAgent);
  }

  @Override
  public StepResult execute(StepInput input, Actions actions) {
    return of(input.agent()).execute(input, actions);
  }

  @Override
  public Reserve firstReserve(Agent agent) {
    return of(agent).firstReserve(agent);
  }

  private StepExecutor of(Agent agent) {
    StepExecutor executor = byAgent.get(agent.name());
    if (executor == null) throw new IllegalStateException("no executor for agent " + agent.name());
    return executor;
  }
}
