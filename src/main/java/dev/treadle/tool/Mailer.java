package dev.treadle.tool;

import dev.treadle.Violation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Delivers mail, at most once per call.
 *
 * <p>May be called from several threads at once. Only a {@link RecordingMailer} knows its keys
 * again; with any other one, whoever calls must have written down before that it does.
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
}
