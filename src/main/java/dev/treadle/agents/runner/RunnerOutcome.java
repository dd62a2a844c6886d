package dev.treadle.agents.runner;

import dev.treadle.Description;
import java.util.List;

/** What the agent delivers. */
public record RunnerOutcome(
    @Description("As tally said") int done,
    @Description("As tally said") List<WorkResult> notDone,
    @Description("What a person should do about the items that were not done") String advice) {
  public RunnerOutcome {
    notDone = List.copyOf(notDone);
  }
}
