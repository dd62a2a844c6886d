package dev.treadle;

/**
 * What one step may spend at most. The claim takes it from the budget before the step runs, so that
 * a crash in the middle of a model call never hides money.
 */
public record Reserve(long costMicros, long tokens) {
  public static final Reserve NONE = new Reserve(0, 0);

  public Reserve {
    if (costMicros < 0 || tokens < 0) {
      throw new IllegalArgumentException(
          "reserve must not be negative: %d micros, %d tokens".formatted(costMicros, tokens));
    }
  }
}
