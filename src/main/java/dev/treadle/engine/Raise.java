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

  /** A year, as the latest deadline of any task. */
  public static final int HOURS_MAX = 366 * 24;

  private static final int RETRIES_MAX = 10_000;
  private static final int TOOL_CALLS_MAX = 1_000_000;

  /** Of money and of tokens. */
  private static final long AMOUNT_MAX = 1_000_000_000_000L;

  public Raise {
    if (iterations < 1 || retries < 0 || costMicros < 0 || tokens < 0 || toolCalls < 0) {
      throw new IllegalArgumentException(
          "a resume needs at least 1 iteration, and nothing it raises may be negative");
    }
    // What is left and this together must not pass what a number can hold.
    if (iterations > Limits.MAX_ITERATIONS_CEILING
        || retries > RETRIES_MAX
        || costMicros > AMOUNT_MAX
        || tokens > AMOUNT_MAX
        || toolCalls > TOOL_CALLS_MAX) {
      throw new IllegalArgumentException(
          "a resume raises iterations by at most %d, retries by %d, micros and tokens by %d and tool calls by %d"
              .formatted(Limits.MAX_ITERATIONS_CEILING, RETRIES_MAX, AMOUNT_MAX, TOOL_CALLS_MAX));
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
