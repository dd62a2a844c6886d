package dev.treadle.web;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A text from outside, made so that what a person reads is what is there: characters that hide,
 * reorder or pass for others stand as escapes with a word of warning, and a long text says how long
 * it is.
 *
 * @param head the beginning
 * @param tail what follows, as far as it may lie on the page
 * @param chars the length of the whole text
 * @param isCut whether head and tail are not all of it
 * @param warnings what a reader should know, in words; empty for an ordinary text
 */
public record Legible(
    List<Piece> head, List<Piece> tail, int chars, boolean isCut, List<String> warnings) {
  private static final int HEAD_CHARS = 1_000;
  private static final int PAGE_CHARS = 2_400;
  private static final int WORD_CHARS = 80;
  private static final int BRIEF_CHARS = 240;
  private static final int LINE_CHARS = 160;

  /** A text of nothing but oddities must not outgrow the page with its own markup. */
  private static final int PIECES_MAX = 16;

  /**
   * A run of characters.
   *
   * @param odd what is odd about it, in words; empty for ordinary text
   */
  public record Piece(String text, String odd) {
    public boolean isOdd() {
      return !odd.isEmpty();
    }
  }

  public Legible {
    head = List.copyOf(head);
    tail = List.copyOf(tail);
    warnings = List.copyOf(warnings);
  }

  public static Legible of(String text) {
    return of(text, HEAD_CHARS, PAGE_CHARS);
  }

  /** A text that must fit a line or two, such as a title. */
  public static Legible brief(String text) {
    return of(text, BRIEF_CHARS, BRIEF_CHARS);
  }

  /** The whole text with escapes for what does not show. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    pieces(text).forEach(piece -> escaped.append(piece.text()));
    return escaped.toString();
  }

  /** The text in one short line of plain characters, for where no markup can stand. */
  public static String plain(String text) {
    int end = boundary(text, LINE_CHARS);
    String line = escaped(text.substring(0, end)).replace('\n', ' ');
    return end < text.length() ? line + "…" : line;
  }

  private static Legible of(String text, int headChars, int pageChars) {
    int headEnd = wordEnd(text, boundary(text, headChars));
    int pageEnd = headChars == pageChars ? headEnd : boundary(text, pageChars);
    Set<String> warnings = new LinkedHashSet<>();
    // Of the whole text, so that a warning about its end stands even where that end is cut off.
    pieces(text).stream().filter(Piece::isOdd).map(Piece::odd).forEach(warnings::add);
    warnings.addAll(HostNames.warnings(text));
    return new Legible(
        capped(pieces(text.substring(0, headEnd))),
        capped(pieces(text.substring(headEnd, pageEnd))),
        text.length(),
        pageEnd < text.length(),
        List.copyOf(warnings));
  }

  public boolean isLong() {
    return !tail.isEmpty() || isCut;
  }

  public boolean isEmpty() {
    return chars == 0;
  }

  /** A little earlier, where a word ends, if one does. */
  private static int wordEnd(String text, int end) {
    if (end == text.length()) return end;
    for (int at = end; at > end - WORD_CHARS; at--) {
      if (Character.isWhitespace(text.charAt(at - 1))) return at;
    }
    return end;
  }

  /** The last place at or before {@code most} that splits no character in two. */
  private static int boundary(String text, int most) {
    if (text.length() <= most) return text.length();
    return Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
  }

  private static List<Piece> pieces(String text) {
    List<Piece> pieces = new ArrayList<>();
    StringBuilder run = new StringBuilder();
    String odd = "";
    int end = text.stripTrailing().length();
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int character = text.codePointAt(i);
      String oddity = i >= end ? Oddities.ofTrailing(character) : Oddities.of(character);
      if (!oddity.equals(odd) && !run.isEmpty()) {
        pieces.add(new Piece(run.toString(), odd));
        run.setLength(0);
      }
      odd = oddity;
      run.append(oddity.isEmpty() ? Character.toString(character) : Oddities.escape(character));
    }
    if (!run.isEmpty()) pieces.add(new Piece(run.toString(), odd));
    return pieces;
  }

  private static List<Piece> capped(List<Piece> pieces) {
    if (pieces.size() <= PIECES_MAX) return pieces;
    List<Piece> capped = new ArrayList<>(pieces.subList(0, PIECES_MAX));
    StringBuilder rest = new StringBuilder();
    pieces.subList(PIECES_MAX, pieces.size()).forEach(piece -> rest.append(piece.text()));
    capped.add(new Piece(rest.toString(), ""));
    return capped;
  }
}
