package dev.treadle.lambda;

import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.agents.canary.CanaryAgent;
import dev.treadle.agents.canary.CanaryExecutor;
import dev.treadle.llm.Models;
import dev.treadle.llm.ToolCallingExecutor;
import dev.treadle.llm.scripted.Scenario;
import dev.treadle.llm.scripted.ScriptedModel;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Runs each agent by its own executor, because without a real model every agent has a script of its
 * own.
 */
public record AgentExecutors(Map<String, StepExecutor> byAgent) implements StepExecutor {
  /** Room for a long report; a model that needs more is cut and told so. */
  private static final int OUTPUT_TOKENS_MAX = 8_192;

  public AgentExecutors {
    byAgent = Map.copyOf(byAgent);
  }

  /** All agents on real models. */
  public static AgentExecutors on(Models models, Collection<Agent> agents) {
    ToolCallingExecutor executor = new ToolCallingExecutor(models, OUTPUT_TOKENS_MAX);
    Map<String, StepExecutor> byAgent = new HashMap<>();
    for (Agent agent : agents) {
      if (asksNoModel(agent)) continue;
      executor.demandRunnable(agent);
      byAgent.put(agent.name(), executor);
    }
    return withCanary(byAgent);
  }

  /**
   * Each agent on its script.
   *
   * @param given plays for the agent that it names, instead of the script beside the agent
   */
  public static AgentExecutors scripted(Optional<Scenario> given, Collection<Agent> agents) {
    Map<String, StepExecutor> byAgent = new HashMap<>();
    for (Agent agent : agents) {
      if (asksNoModel(agent)) continue;
      Optional<Scenario> scenario =
          given
              .filter(each -> each.name().equals(agent.name()))
              .or(() -> Scripts.scenario(agent.name()).map(Scenario::parse));
      if (scenario.isEmpty()) continue;
      Models models = new Models(Map.of(agent.model(), new ScriptedModel(scenario.get())));
      ToolCallingExecutor executor = new ToolCallingExecutor(models, OUTPUT_TOKENS_MAX);
      executor.demandRunnable(agent);
      byAgent.put(agent.name(), executor);
    }
    return withCanary(byAgent);
  }

  private static boolean asksNoModel(Agent agent) {
    return agent.name().equals(CanaryAgent.NAME);
  }

  private static AgentExecutors withCanary(Map<String, StepExecutor> byAgent) {
    byAgent.put(CanaryAgent.NAME, new CanaryExecutor());
    return new AgentExecutors(byAgent);
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
    if (executor == null) {
      throw new IllegalStateException(
          "agent %s has no model: set TREADLE_MODEL, or put a script beside it"
              .formatted(agent.name()));
    }
    return executor;
  }
}
