package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/**
 * Checks that a tree which a model wrote can be stored, read back and digested: its depth, size,
 * characters and numbers.
 */
final class TreeCheck {
  /** The journal and its snapshots wrap an answer, and 64 levels are all that they can read. */
  static final int DEPTH_MAX = 48;

  /** A journal entry holds 1 MB, with the results of the calls. */
  static final int CHARS_MAX = 256 * 1024;

  private static final int NAME_CHARS_MAX = 1_000;

  /** An exponent above this makes a small document an enormous number. */
  private static final int DIGITS_MAX = 100;

  private long chars;

  private TreeCheck() {}

  /** What is wrong with the tree, in words; empty when nothing is. */
  static Optional<String> problem(JsonNode tree) {
    return new TreeCheck().visit(tree, 1);
  }

  private Optional<String> visit(JsonNode node, int depth) {
    chars += 2;
    if (depth > DEPTH_MAX)
      return Optional.of("is nested deeper than %d levels".formatted(DEPTH_MAX));
    Optional<String> problem =
        switch (node.getNodeType()) {
          case OBJECT -> object(node, depth);
          case ARRAY -> array(node, depth);
          case STRING -> text(node.textValue());
          case NUMBER -> number(node);
          case BOOLEAN, NULL -> Optional.empty();
          case BINARY, MISSING, POJO -> Optional.of("holds something that is not JSON");
        };
    if (problem.isPresent()) return problem;
    return chars > CHARS_MAX
        ? Optional.of("is longer than %d characters".formatted(CHARS_MAX))
        : Optional.empty();
  }

  private Optional<String> object(JsonNode object, int depth) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (field.getKey().length() > NAME_CHARS_MAX) {
        return Optional.of("has a name of more than %d characters".formatted(NAME_CHARS_MAX));
      }
      Optional<String> problem = text(field.getKey()).or(() -> visit(field.getValue(), depth + 1));
      if (problem.isPresent()) return problem;
    }
    return Optional.empty();
  }

  private Optional<String> array(JsonNode array, int depth) {
    for (JsonNode element : array) {
      Optional<String> problem = visit(element, depth + 1);
      if (problem.isPresent()) return problem;
    }
    return Optional.empty();
  }

  private Optional<String> text(String text) {
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (c == 0) return Optional.of("holds a NUL character");
      // As UTF-8 a lone half becomes a question mark, and stored text would lose its digest.
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        return Optional.of("holds half of a surrogate pair");
      }
      chars += c < ' ' ? 6 : c == '"' || c == '\\' ? 2 : Character.charCount(c);
      i += Character.charCount(c);
    }
    return Optional.empty();
  }

  private Optional<String> number(JsonNode number) {
    chars += 20;
    if (number.isInt() || number.isLong() || number.isShort()) return Optional.empty();
    boolean isDouble = number.isDouble() || number.isFloat();
    if (isDouble && !Double.isFinite(number.doubleValue())) {
      return Optional.of("holds a number that is not JSON");
    }
    BigDecimal exact = number.decimalValue();
    return exact.precision() > DIGITS_MAX || Math.abs((long) exact.scale()) > 1_000
        ? Optional.of("holds a number of more than %d digits".formatted(DIGITS_MAX))
        : Optional.empty();
  }
}
