package dev.treadle.tool;

import dev.treadle.Violation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A folder of mails, one {@code <key>.eml} per key, that any mail program opens.
 *
 * <p>A file appears whole or not at all and is never changed afterwards. The file system must know
 * hard links.
 */
public final class Outbox implements RecordingMailer {
  private static final Pattern LEGAL_KEY = Pattern.compile("[0-9a-f]{32}");
  private final Path folder;
  private final String from;
  private final InstantSource clock;

  /**
   * An outbox in a folder, which is created when needed.
   *
   * @param from one mailbox
   */
  public Outbox(Path folder, String from, InstantSource clock) {
    if (!Mail.isOneMailbox(from)) {
      throw new IllegalArgumentException("from must be one mailbox, was \"" + from + '"');
    }
    this.folder = folder;
    this.from = from;
    this.clock = clock;
  }

  @Override
  public Delivery send(Mail mail, String key) throws IOException {
    List<Violation> violations = mail.violations();
    if (!violations.isEmpty()) return new Refused(violations);
    Path target = file(key);
    if (Files.exists(target)) return sent(key);
    Files.createDirectories(folder);
    Path draft = Files.createTempFile(folder, key, ".draft");
    try {
      write(draft, MailText.of(mail, from, messageId(key), clock.instant()));
      // Unlike a move, a link never replaces a file that another worker put there meanwhile.
      Files.createLink(target, draft);
    } catch (FileAlreadyExistsException raced) {
      return sent(key);
    } finally {
      Files.deleteIfExists(draft);
    }
    return sent(key);
  }

  @Override
  public Optional<Sent> find(String key) {
    return Files.exists(file(key)) ? Optional.of(sent(key)) : Optional.empty();
  }

  private static void write(Path draft, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static Sent sent(String key) {
    return new Sent(key, messageId(key));
  }

  private static String messageId(String key) {
    return "<" + key + "@treadle.local>";
  }

  private Path file(String key) {
    if (!LEGAL_KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("a mail's key is 32 hex digits, was \"" + key + '"');
    }
    return folder.resolve(key + ".eml");
  }
}
