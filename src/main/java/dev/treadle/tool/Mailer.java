package dev.treadle.tool;

import dev.treadle.Violation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Delivers mail, once per key.
 *
 * <p>A key stands for one mail: sending with a key that was delivered delivers nothing more and
 * answers as the first time. May be called from several threads at once.
 */
public interface Mailer {
  sealed interface Delivery {}

  /** The mail is on its way. */
  record Sent(String key, String messageId) implements Delivery {}

  /** The mail breaks rules; it was not sent. */
  record Refused(List<Violation> violations) implements Delivery {}

  /** The mail was not sent now; it may be later. */
  record Unavailable(String why, Duration after) implements Delivery {}

  /**
   * Sends a mail.
   *
   * @param key 32 hex digits, the {@linkplain dev.treadle.Invocation#key key} of the action
   * @throws IOException nobody knows whether it was sent
   */
  Delivery send(Mail mail, String key) throws IOException;

  /**
   * Asks what became of a key. Empty means that no mail was sent for it.
   *
   * @throws IOException it cannot be found out now
   */
  Optional<Sent> find(String key) throws IOException;
}
