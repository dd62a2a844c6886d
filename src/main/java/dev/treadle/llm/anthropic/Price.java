package dev.treadle.llm.anthropic;

/**
 * What a million tokens of each kind cost, in millionths of a dollar.
 *
 * @param cacheWrite of input that the provider keeps for five minutes
 * @param cacheRead of input that it kept
 */
public record Price(long input, long output, long cacheWrite, long cacheRead) {
  private static final long MILLION = 1_000_000;

  public Price {
    if (input < 1 || output < 1 || cacheWrite < 1 || cacheRead < 1) {
      throw new IllegalArgumentException(
          "every price must be above zero, was %d/%d/%d/%d micros per million tokens"
              .formatted(input, output, cacheWrite, cacheRead));
    }
  }

  /** The cost in micros, rounded up: a budget is never passed by rounding. */
  long costMicros(long newTokens, long writtenTokens, long readTokens, long outputTokens) {
    return Math.ceilDiv(
        newTokens * input
            + writtenTokens * cacheWrite
            + readTokens * cacheRead
            + outputTokens * output,
        MILLION);
  }

  /** The most that so many tokens can cost, whatever the provider keeps of the input. */
  long costMicrosAtMost(long inputTokens, long outputTokens) {
    long dearest = Math.max(input, Math.max(cacheWrite, cacheRead));
    return Math.ceilDiv(inputTokens * dearest + outputTokens * output, MILLION);
  }
}
