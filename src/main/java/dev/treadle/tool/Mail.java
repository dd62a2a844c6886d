package dev.treadle.tool;

import dev.treadle.Description;
import dev.treadle.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A mail in plain text to one person. */
public record Mail(
    @Description("One mailbox, such as sales@example.com") String to,
    @Description("One line") String subject,
    @Description("Plain text") String body) {
  public static final int TO_CHARS_MAX = 254;
  public static final int SUBJECT_CHARS_MAX = 200;
  public static final int BODY_BYTES_MAX = 256 * 1024;
  private static final Pattern ONE_MAILBOX =
      Pattern.compile(
          "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
              + "@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
              + "(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

  /** The rules that the mail breaks; empty when it may be sent. */
  public List<Violation> violations() {
    List<Violation> broken = new ArrayList<>();
    if (!isOneMailbox(to)) {
      broken.add(new Violation("to", "must be one mailbox such as sales@example.com"));
    }
    if (subject.isBlank() || subject.length() > SUBJECT_CHARS_MAX) {
      broken.add(new Violation("subject", "must be 1 to " + SUBJECT_CHARS_MAX + " characters"));
    }
    // A line break here would let the text go on as a header of its own.
    if (subject.chars().anyMatch(Mail::breaksALine)) {
      broken.add(
          new Violation("subject", "must be one line without line breaks or control characters"));
    }
    if (body.getBytes(StandardCharsets.UTF_8).length > BODY_BYTES_MAX) {
      broken.add(new Violation("body", "must be at most " + BODY_BYTES_MAX + " bytes of UTF-8"));
    }
    return broken;
  }

  /** Whether a text is one bare ASCII mailbox: no display name, no list, no comment. */
  static boolean isOneMailbox(String text) {
    return text.length() <= TO_CHARS_MAX && ONE_MAILBOX.matcher(text).matches();
  }

  private static boolean breaksALine(int character) {
    return Character.isISOControl(character) || character == 0x2028 || character == 0x2029;
  }
}
