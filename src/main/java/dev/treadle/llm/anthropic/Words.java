package dev.treadle.llm.anthropic;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns what others said into words that are fit for a log, a journal and a model: one short line
 * of plain characters without the API key.
 */
final class Words {
  private static final int CHARS_MAX = 300;
  private static final Pattern ANY_KEY = Pattern.compile("sk-[A-Za-z0-9_-]{8,}");
  private static final String HIDDEN = "[API key]";

  private final String key;

  Words(String key) {
    this.key = key;
  }

  /** What was said, or nothing. */
  String of(@Nullable String said) {
    if (said == null) return "";
    // The key goes first: a cut in the middle of it would leave a part that no search finds.
    String hidden =
        ANY_KEY.matcher(said.replace(key, HIDDEN)).replaceAll(Matcher.quoteReplacement(HIDDEN));
    String line = hidden.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\s]+", " ").strip();
    return line.length() <= CHARS_MAX ? line : line.substring(0, CHARS_MAX) + " …";
  }

  String of(Throwable failure) {
    String said = of(failure.getMessage());
    return said.isEmpty() ? failure.getClass().getSimpleName() : said;
  }
}
