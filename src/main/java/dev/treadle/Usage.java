package dev.treadle;

/**
 * What model calls used.
 *
 * @param costMicros millionths of a dollar
 */
public record Usage(long inputTokens, long outputTokens, long costMicros) {
  public static final Usage NONE = new Usage(0, 0, 0);

  public Usage {
    if (inputTokens < 0 || outputTokens < 0 || costMicros < 0) {
      throw new IllegalArgumentException(
          "usage must not be negative: %d in, %d out, %d micros"
              .formatted(inputTokens, outputTokens, costMicros));
    }
  }

  public long tokens() {
    return inputTokens + outputTokens;
  }

  public Usage plus(Usage other) {
    return new Usage(
        inputTokens + other.inputTokens,
        outputTokens + other.outputTokens,
        costMicros + other.costMicros);
  }
}
