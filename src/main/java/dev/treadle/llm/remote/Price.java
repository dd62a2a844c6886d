package dev.treadle.llm.remote;

/**
 * What a million tokens of each kind cost, in millionths of a dollar.
 *
 * @param cacheWrite of input that the provider keeps for five minutes
 * @param cacheRead of input that it kept
 */
public record Price(long input, long output, long cacheWrite, long cacheRead) {
  /** Of a model on one's own machine. Said, never assumed. */
  public static final Price FREE = new Price(0, 0, 0, 0);

  private static final long MILLION = 1_000_000;

  public Price {
    boolean isFree = input == 0 && output == 0 && cacheWrite == 0 && cacheRead == 0;
    if (!isFree && (input < 1 || output < 1 || cacheWrite < 1 || cacheRead < 1)) {
      throw new IllegalArgumentException(
          "every price must be above zero, was %d/%d/%d/%d micros per million tokens"
              .formatted(input, output, cacheWrite, cacheRead));
    }
  }

  /** The cost in micros, rounded up: a budget is never passed by rounding. */
  long costMicros(Tokens tokens) {
    return Math.ceilDiv(
        tokens.fresh() * input
            + tokens.written() * cacheWrite
            + tokens.read() * cacheRead
            + tokens.output() * output,
        MILLION);
  }

  /** The most that so many tokens can cost, whatever the provider keeps of the input. */
  long costMicrosAtMost(long inputTokens, long outputTokens) {
    long dearest = Math.max(input, Math.max(cacheWrite, cacheRead));
    return Math.ceilDiv(inputTokens * dearest + outputTokens * output, MILLION);
  }
}
