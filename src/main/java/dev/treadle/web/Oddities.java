package dev.treadle.web;

/** Characters that do not show as what they are. */
final class Oddities {
  private Oddities() {}

  /** What is odd about a character, in words; empty for an ordinary one. */
  static String of(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL -> character == '\n' || character == '\t' ? "" : "a control character";
      case Character.FORMAT -> ofFormat(character);
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> "a hidden line break";
      case Character.SPACE_SEPARATOR -> character == ' ' ? "" : "an unusual space";
      case Character.PRIVATE_USE, Character.SURROGATE, Character.UNASSIGNED ->
          "a character without a meaning";
      default -> isBlank(character) ? "an invisible character" : "";
    };
  }

  /** The same for white space at the very end, which nobody sees and a program compares. */
  static String ofTrailing(int character) {
    return character == ' ' || character == '\t' ? "white space at the end" : of(character);
  }

  private static String ofFormat(int character) {
    boolean turns =
        (character >= 0x202A && character <= 0x202E)
            || (character >= 0x2066 && character <= 0x2069)
            || character == 0x200E
            || character == 0x200F
            || character == 0x061C;
    return turns ? "a character that reverses the reading direction" : "an invisible character";
  }

  /** Letters and marks that fonts draw as nothing. */
  private static boolean isBlank(int character) {
    return character == 0x115F
        || character == 0x1160
        || character == 0x3164
        || character == 0xFFA0
        || character == 0x2800
        || character == 0x034F
        || (character >= 0xFE00 && character <= 0xFE0F)
        || (character >= 0xE0100 && character <= 0xE01EF);
  }

  static String escape(int character) {
    return switch (character) {
      case ' ' -> "\u2423"; // An open box, which is drawn.
      case '\t' -> "\\t";
      case '\r' -> "\\r";
      default ->
          character > 0xFFFF
              ? String.format("\\u{%x}", character)
              : String.format("\\u%04x", character);
    };
  }
}
