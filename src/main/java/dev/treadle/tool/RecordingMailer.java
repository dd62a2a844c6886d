package dev.treadle.tool;

import java.io.IOException;
import java.util.Optional;

/**
 * A mailer that keeps a record of its keys and so delivers once per key: sending with a key that
 * was delivered delivers nothing more and answers as the first time.
 */
public interface RecordingMailer extends Mailer {
  /**
   * Asks what became of a key. Empty means that no mail was sent for it.
   *
   * @throws IOException it cannot be found out now
   */
  Optional<Sent> find(String key) throws IOException;
}
