package dev.treadle.llm;

import dev.treadle.Reserve;

/**
 * A language model that can call tools.
 *
 * <p>Asked from several threads at once. Sends one request and never tries again by itself: the
 * loop counts retries, and a hidden one would spend money that nobody reserved.
 */
public interface Model {
  /**
   * Asks for one answer, within the request's time limit. A failure is an answer too; nothing is
   * thrown for one.
   */
  ModelReply ask(ModelRequest request);

  /**
   * What one call may cost at most.
   *
   * @param inputChars how long the request is, see {@link ModelRequest#chars}
   */
  Reserve reserveFor(long inputChars, int maxOutputTokens);

  /** Whose model it is. */
  Origin origin();

  /**
   * Whose model, and which.
   *
   * @param provider as OpenTelemetry's conventions name it, where they do
   * @param name as the provider names the model
   */
  record Origin(String provider, String name) {}

  /** How many tokens the model can read and write in one call. */
  int windowTokens();
}
