package dev.treadle.agents.canary;

import dev.treadle.Agent;
import dev.treadle.Limits;
import java.time.Duration;

/** The canary's definition: no tools, no money, and an end within the hour. */
public final class CanaryAgent {
  public static final String NAME = "canary";

  /** Lambda stops a loop through SQS that nobody said is meant after about 16. */
  public static final int ITERATIONS = 40;

  private CanaryAgent() {}

  /**
   * What a canary delivers.
   *
   * @param iterations how many remembered the one before
   */
  public record Counted(int iterations) {}

  public static Agent agent() {
    return Agent.named(NAME)
        .instructions("Counts its iterations, up to %d.".formatted(ITERATIONS))
        .model("none")
        .output(Counted.class)
        .limits(
            Limits.DEFAULT
                .withMaxIterations(ITERATIONS)
                .withBudget(new Limits.Budget(0, 0, 0, Duration.ofHours(1))))
        .build();
  }
}
