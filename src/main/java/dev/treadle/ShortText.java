package dev.treadle;

import java.nio.charset.StandardCharsets;

/** Cuts what people and faults say to what an item can afford. */
public final class ShortText {
  private static final String CUT = "…";

  private ShortText() {}

  /** The text, or its beginning and an ellipsis: at most {@code bytesMax} bytes in UTF-8. */
  public static String of(String text, int bytesMax) {
    if (bytes(text) <= bytesMax) return text;
    int end = Math.min(text.length(), bytesMax);
    while (end > 0 && (isSplit(text, end) || bytes(text.substring(0, end)) + 3 > bytesMax)) end--;
    return text.substring(0, end) + CUT;
  }

  private static boolean isSplit(String text, int end) {
    return Character.isHighSurrogate(text.charAt(end - 1));
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
