package dev.treadle.engine;

import java.time.Duration;

/**
 * The queue of due iterations, as the loop sees it: at least once, in any order, and never the
 * truth. Safe for several threads.
 */
public interface StepQueue {
  /**
   * Sends a message, to be received after the delay.
   *
   * @param delay at most {@link Defaults#QUEUE_DELAY_MAX}; longer ones are cut to it, because the
   *     table's {@code notBefore} is what counts
   */
  void send(StepMessage message, Duration delay);
}
