package dev.treadle.engine;

import dev.treadle.Agent;
import dev.treadle.Chain;
import dev.treadle.Tool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
      agent.tools().forEach(tool -> demandTime(agent, tool));
    }
    byName.values().forEach(agent -> demandEnd(agent, List.of(agent.name())));
  }

  /** A circle passes every depth, so it is found here, before anything starts. */
  private void demandEnd(Agent agent, List<String> path) {
    if (path.size() - 1 > Chain.DEPTH_MAX) {
      throw new IllegalArgumentException(
          "chains %s: a chain may be at most %d tasks deep"
              .formatted(String.join(" -> ", path), Chain.DEPTH_MAX));
    }
    for (Chain chain : agent.chains()) {
      Agent next =
          find(chain.agent())
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "agent %s: chain to %s must name an agent; there are %s"
                          .formatted(agent.name(), chain.agent(), String.join(", ", names()))));
      List<String> longer = new ArrayList<>(path);
      longer.add(next.name());
      demandEnd(next, longer);
    }
  }

  /** What a fresh attempt has no time for would never be started. */
  private static void demandTime(Agent agent, Tool tool) {
    Duration most =
        Defaults.FUNCTION_TIMEOUT.minus(Defaults.CLAIM_MARGIN).minus(Defaults.COMMIT_MARGIN);
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
