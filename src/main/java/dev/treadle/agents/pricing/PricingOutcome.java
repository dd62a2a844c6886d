package dev.treadle.agents.pricing;

import dev.treadle.Description;
import java.util.List;

/** What the agent delivers. */
public record PricingOutcome(
    String reportSubject,
    int productsCompared,
    int changedCount,
    int problemCount,
    @Description("As compare_prices said") boolean stale,
    List<Change> changes,
    List<String> problems,
    @Description("The key that send_mail answered") String mailKey) {
  public PricingOutcome {
    changes = List.copyOf(changes);
    problems = List.copyOf(problems);
  }
}
