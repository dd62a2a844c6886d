package dev.treadle.engine;

import dev.treadle.Agent;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/** The agents of this deployment, by name. */
public final class AgentCatalog {
  private final TreeMap<String, Agent> byName = new TreeMap<>();

  public AgentCatalog(Collection<Agent> agents) {
    for (Agent agent : agents) {
      if (byName.put(agent.name(), agent) != null) {
        throw new IllegalArgumentException("two agents are named " + agent.name());
      }
      agent.tools().forEach(tool -> demandInsideLease(agent, tool));
    }
  }

  private static void demandInsideLease(Agent agent, dev.treadle.Tool tool) {
    java.time.Duration most = Defaults.FUNCTION_TIMEOUT.minus(Defaults.COMMIT_MARGIN);
    if (tool.terms().timeLimit().compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "agent %s: tool %s may take %s, but a step has %s"
              .formatted(agent.name(), tool.name(), tool.terms().timeLimit(), most));
    }
  }

  public Optional<Agent> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public Collection<String> names() {
    return byName.keySet();
  }
}
