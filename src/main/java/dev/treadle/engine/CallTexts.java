package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** How the output of a call becomes the text that a model reads. */
final class CallTexts {
  /** The last range is half a character: a pair of halves is one code point to a pattern. */
  private static final Pattern UNREADABLE =
      Pattern.compile("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\uD800-\\uDFFF]");

  private CallTexts() {}

  static String of(JsonNode output) {
    return clean(written(output));
  }

  private static String written(JsonNode output) {
    return output.isTextual() ? output.textValue() : output.toString();
  }

  /**
   * The text without control characters, which nobody reads and which JSON writes six times as long
   * as the caps count them, and without halves of characters, which no encoding can carry.
   */
  static String clean(String text) {
    // Nearly every text is clean, and the pattern takes ten times as long to say so.
    return text.chars().noneMatch(CallTexts::isSuspect) ? text : replaced(text);
  }

  private static boolean isSuspect(int character) {
    return (character < ' ' && character != '\t' && character != '\n' && character != '\r')
        || Character.isSurrogate((char) character);
  }

  private static String replaced(String text) {
    return UNREADABLE.matcher(text).replaceAll("\uFFFD");
  }

  /** An output that a ledger row can keep: longer ones become their beginning as text. */
  static JsonNode capped(JsonNode output) {
    String written = written(output);
    String text = clean(written);
    return text.equals(written) && text.length() <= Defaults.TOOL_OUTPUT_CHARS_MAX
        ? output
        : TextNode.valueOf(cut(text, Defaults.TOOL_OUTPUT_CHARS_MAX));
  }

  /** An output as the row of its action can keep it. */
  static JsonNode cappedBeside(JsonNode arguments, JsonNode output) {
    JsonNode capped = capped(output);
    // An outcome that the table does not take would leave an action that happened as unknown.
    return bytes(arguments) + bytes(capped) <= Defaults.ROW_BYTES_MAX
        ? capped
        : TextNode.valueOf(cut(of(output), Defaults.CROWDED_OUTPUT_CHARS_MAX));
  }

  /** The size of a document as it is stored. */
  static int bytes(JsonNode document) {
    return document.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /** The beginning of a text, with a note of its full length and digest. */
  static String cut(String text, int charsMax) {
    if (text.length() <= charsMax) return text;
    int end = Character.isHighSurrogate(text.charAt(charsMax - 1)) ? charsMax - 1 : charsMax;
    return text.substring(0, end)
        + " [cut: %d of %d characters, sha256 %s]"
            .formatted(end, text.length(), CanonicalJson.sha256(text));
  }
}
