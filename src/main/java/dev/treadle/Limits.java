package dev.treadle;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The ceilings of a task. Every one is finite; {@link #DEFAULT} holds the values that fit most
 * agents.
 *
 * @param maxIterations passes of the loop before the task stops
 * @param approvalExpiry how long a person may take to decide
 * @param confidenceThreshold when the model's confidence falls below it, the step is a checkpoint
 */
public record Limits(
    int maxIterations,
    Patience patience,
    Retries retries,
    Budget budget,
    Duration approvalExpiry,
    double confidenceThreshold) {
  /** More iterations than this is another kind of program. */
  public static final int MAX_ITERATIONS_CEILING = 10_000;

  public static final Limits DEFAULT =
      new Limits(
          25,
          new Patience(3, 2, 5),
          new Retries(3, 20),
          new Budget(5_000_000, 2_000_000, 500, Duration.ofDays(7)),
          Duration.ofHours(24),
          0.6);

  /**
   * How much going wrong, or going nowhere, is tolerated.
   *
   * @param errorsInARowMax a model that fails this often in a row will not recover by itself
   * @param sameCallMax which call of the same tool with the same arguments stops the task: 2, or 3
   *     to warn the model first
   * @param idleIterationsMax iterations in a row that learn nothing and change nothing
   */
  public record Patience(
      @JsonProperty("errors_in_a_row_max") int errorsInARowMax,
      int sameCallMax,
      int idleIterationsMax) {
    public Patience {
      Range range = new Range();
      range.check("errors_in_a_row_max", errorsInARowMax, 1, 100);
      range.check("same_call_max", sameCallMax, 2, 3);
      range.check("idle_iterations_max", idleIterationsMax, 1, 100);
      range.demand();
    }
  }

  /**
   * How often infrastructure may fail.
   *
   * @param attemptsPerIteration claims of one iteration, crashed ones included
   * @param perTask over the whole life of the task, crashed attempts included
   */
  public record Retries(int attemptsPerIteration, int perTask) {
    public Retries {
      Range range = new Range();
      range.check("attempts_per_iteration", attemptsPerIteration, 1, 100);
      range.check("retries_per_task", perTask, 0, 10_000);
      range.demand();
    }
  }

  /**
   * What a task may spend.
   *
   * @param costMicros money for model calls, in millionths of a dollar
   * @param tokens model tokens, in and out
   * @param toolCalls calls of tools of any effect
   * @param deadline wall-clock time from the start of the task
   */
  public record Budget(long costMicros, long tokens, int toolCalls, Duration deadline) {
    public Budget {
      Range range = new Range();
      range.check("cost_micros", costMicros, 0, 1_000_000_000_000L);
      range.check("tokens", tokens, 0, 1_000_000_000_000L);
      range.check("tool_calls", toolCalls, 0, 1_000_000);
      range.check("deadline_seconds", deadline.toSeconds(), 1, Duration.ofDays(366).toSeconds());
      range.demand();
    }
  }

  public Limits {
    Range range = new Range();
    range.check("max_iterations", maxIterations, 1, MAX_ITERATIONS_CEILING);
    range.check(
        "approval_expiry_seconds", approvalExpiry.toSeconds(), 60, Duration.ofDays(60).toSeconds());
    if (!(confidenceThreshold >= 0 && confidenceThreshold <= 1)) {
      range.broken.add(new Violation("confidence_threshold", "must be from 0 to 1"));
    }
    range.demand();
  }

  public Limits withMaxIterations(int iterations) {
    return new Limits(iterations, patience, retries, budget, approvalExpiry, confidenceThreshold);
  }

  public Limits withPatience(Patience changed) {
    return new Limits(maxIterations, changed, retries, budget, approvalExpiry, confidenceThreshold);
  }

  public Limits withRetries(Retries changed) {
    return new Limits(
        maxIterations, patience, changed, budget, approvalExpiry, confidenceThreshold);
  }

  public Limits withBudget(Budget changed) {
    return new Limits(
        maxIterations, patience, retries, changed, approvalExpiry, confidenceThreshold);
  }

  public Limits withApprovalExpiry(Duration expiry) {
    return new Limits(maxIterations, patience, retries, budget, expiry, confidenceThreshold);
  }

  private static final class Range {
    final List<Violation> broken = new ArrayList<>();

    void check(String field, long value, long least, long most) {
      if (value < least || value > most) {
        broken.add(
            new Violation(field, "must be from %d to %d, was %d".formatted(least, most, value)));
      }
    }

    void demand() {
      if (!broken.isEmpty()) throw new IllegalArgumentException(broken.toString());
    }
  }
}
