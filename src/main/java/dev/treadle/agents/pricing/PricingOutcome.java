package dev.treadle.agents.pricing;

import dev.treadle.Description;
import java.util.List;
import java.util.Optional;

/** What the agent delivers. */
public record PricingOutcome(
    String reportSubject,
    int productsCompared,
    int changedCount,
    int problemCount,
    @Description("As compare_prices said") boolean stale,
    List<Change> changes,
    List<String> problems,
    @Description("The key that send_mail answered; absent when it was not allowed")
        Optional<String> mailKey) {
  public PricingOutcome {
    changes = List.copyOf(changes);
    problems = List.copyOf(problems);
  }
}
