package dev.treadle.agents.research;

import dev.treadle.Description;
import java.util.List;

/** What the agent delivers. */
public record ResearchOutcome(
    @Description("The answer in one or two sentences") String answer,
    @Description("As save_report said") String file,
    @Description("As save_report said") int claims,
    @Description("Sources that could not be read, each with the reason") List<String> unread) {
  public ResearchOutcome {
    unread = List.copyOf(unread);
  }
}
