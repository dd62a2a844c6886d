package dev.treadle.engine;

import java.time.Duration;
import java.util.List;

/**
 * The other end of the queue: what Lambda's event-source mapping does on AWS and the poller does
 * locally. Receiving hides a message, only deleting removes it.
 */
public interface StepSource {
  /** Messages that were visible, now hidden for the queue's visibility time. */
  List<Received> receive(int most);

  /** Deletes a message; an old receipt of a message that was received again does nothing. */
  void delete(String receipt);

  /** Makes a received message visible again after a time; an old receipt does nothing. */
  void hideFor(String receipt, Duration time);

  /**
   * A message in hand.
   *
   * @param receipt names this reception, not the message
   * @param receiveCount how often the message was received, this time included
   */
  record Received(String receipt, String body, int receiveCount) {}
}
