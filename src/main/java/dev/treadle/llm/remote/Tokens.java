package dev.treadle.llm.remote;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The tokens of a call, each counted once.
 *
 * @param fresh input that no cache had
 * @param written input that the provider now keeps
 * @param read input that it had kept
 */
public record Tokens(long fresh, long written, long read, long output) {
  long input() {
    return fresh + written + read;
  }

  /** Whether a provider's number is one that can be counted with. */
  public static boolean isCount(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= 0;
  }

  /** A count that may be absent. */
  public static long count(JsonNode node) {
    return isCount(node) ? node.longValue() : 0;
  }
}
