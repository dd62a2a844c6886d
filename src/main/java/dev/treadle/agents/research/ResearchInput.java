package dev.treadle.agents.research;

import dev.treadle.Description;
import java.util.List;

/** What starts the agent. */
public record ResearchInput(
    String question, @Description("Addresses of pages to begin with, https") List<String> sources) {
  public ResearchInput {
    sources = List.copyOf(sources);
  }
}
