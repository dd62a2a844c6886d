package dev.treadle.tool;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * The text of a mail as it travels (RFC 5322): ASCII with CRLF, the subject in encoded words (RFC
 * 2047) where it needs them, the body as quoted-printable UTF-8 (RFC 2045).
 */
final class MailText {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final int LINE_CHARS_MAX = 76;
  // 39 bytes are 52 characters of Base64; "Subject: =?UTF-8?B?" and "?=" make it a line of 73.
  private static final int ENCODED_WORD_BYTES_MAX = 39;

  private MailText() {}

  static String of(Mail mail, String from, String messageId, Instant date) {
    return String.join(
        "\r\n",
        "From: " + from,
        "To: " + mail.to(),
        "Subject: " + subject(mail.subject()),
        "Date: " + DATE.format(date),
        "Message-ID: " + messageId,
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        body(mail.body()));
  }

  private static String subject(String text) {
    boolean isPlain =
        text.chars().allMatch(c -> c >= ' ' && c <= '~')
            && text.length() + "Subject: ".length() <= LINE_CHARS_MAX
            && !text.contains("=?")
            && text.equals(text.strip());
    return isPlain ? text : String.join("\r\n ", encodedWords(text));
  }

  private static List<String> encodedWords(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int partBytes = 0;
    for (int codePoint : text.codePoints().toArray()) {
      String character = Character.toString(codePoint);
      int bytes = character.getBytes(StandardCharsets.UTF_8).length;
      if (partBytes + bytes > ENCODED_WORD_BYTES_MAX) {
        words.add(encodedWord(part));
        part.setLength(0);
        partBytes = 0;
      }
      part.append(character);
      partBytes += bytes;
    }
    words.add(encodedWord(part));
    return words;
  }

  private static String encodedWord(CharSequence part) {
    byte[] bytes = part.toString().getBytes(StandardCharsets.UTF_8);
    return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(bytes) + "?=";
  }

  private static String body(String text) {
    StringBuilder encoded = new StringBuilder();
    for (String line : text.split("\r\n|\r|\n", -1)) {
      appendLine(line.getBytes(StandardCharsets.UTF_8), encoded);
      encoded.append("\r\n");
    }
    return encoded.toString();
  }

  private static void appendLine(byte[] line, StringBuilder encoded) {
    int column = 0;
    for (int i = 0; i < line.length; i++) {
      String token = token(line[i], i == line.length - 1);
      // One character is kept for the "=" of a soft line break.
      if (column + token.length() > LINE_CHARS_MAX - 1) {
        encoded.append("=\r\n");
        column = 0;
      }
      encoded.append(token);
      column += token.length();
    }
  }

  private static String token(byte value, boolean isLast) {
    boolean isSpace = value == ' ' || value == '\t';
    boolean isPlain = isSpace ? !isLast : value > ' ' && value <= '~' && value != '=';
    return isPlain
        ? Character.toString((char) value)
        : String.format(Locale.ROOT, "=%02X", value & 0xFF);
  }
}
