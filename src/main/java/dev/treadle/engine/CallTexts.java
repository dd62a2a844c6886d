package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.CanonicalJson;

/** How the output of a call becomes the text that a model reads. */
final class CallTexts {
  private CallTexts() {}

  static String of(JsonNode output) {
    return output.isTextual() ? output.textValue() : output.toString();
  }

  /** An output that a ledger row can keep: longer ones become their beginning as text. */
  static JsonNode capped(JsonNode output) {
    String text = of(output);
    return text.length() <= Defaults.TOOL_OUTPUT_CHARS_MAX
        ? output
        : TextNode.valueOf(cut(text, Defaults.TOOL_OUTPUT_CHARS_MAX));
  }

  /** The beginning of a text, with a note of its full length and digest. */
  static String cut(String text, int charsMax) {
    if (text.length() <= charsMax) return text;
    return text.substring(0, charsMax)
        + " [cut: %d of %d characters, sha256 %s]"
            .formatted(charsMax, text.length(), CanonicalJson.sha256(text));
  }
}
