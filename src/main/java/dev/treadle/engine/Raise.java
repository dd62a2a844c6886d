package dev.treadle.engine;

import dev.treadle.Limits;
import java.time.Duration;
import java.time.Instant;

/**
 * What a task gets on top of what it has left.
 *
 * @param time until its new deadline, from the resume, if that is later than the old one
 */
public record Raise(
    int iterations, int retries, long costMicros, long tokens, int toolCalls, Duration time) {
  public static final Raise USUAL = new Raise(10, 5, 1_000_000, 500_000, 100, Duration.ofDays(1));

  public Raise {
    if (iterations < 1 || retries < 0 || costMicros < 0 || tokens < 0 || toolCalls < 0) {
      throw new IllegalArgumentException(
          "a resume needs at least 1 iteration, and nothing it raises may be negative");
    }
  }

  /** What it adds. */
  String words() {
    return "%d more iterations, %d micros, %d tokens, %d tool calls, until %s from now"
        .formatted(iterations, costMicros, tokens, toolCalls, time);
  }

  Task.Funds on(Task task, Instant now) {
    Task.Funds funds = task.funds();
    Instant extended = now.plus(time);
    int cap =
        Math.min(
            Limits.MAX_ITERATIONS_CEILING,
            Math.max(funds.maxIterations(), task.iteration() - 1) + iterations);
    return new Task.Funds(
        funds.costMicrosLeft() + costMicros,
        funds.tokensLeft() + tokens,
        Math.max(0, funds.toolCallsLeft()) + toolCalls,
        funds.reserve(),
        funds.modelReserve(),
        extended.isAfter(funds.deadline()) ? extended : funds.deadline(),
        cap);
  }
}
