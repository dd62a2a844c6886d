package dev.treadle.llm.remote;

import java.util.Collection;
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

  private final Collection<String> keys;

  Words(Collection<String> keys) {
    this.keys = keys.stream().filter(key -> !key.isBlank()).toList();
  }

  /** What was said, or nothing. */
  String of(@Nullable String said) {
    if (said == null) return "";
    // The key goes first: a cut in the middle of it would leave a part that no search finds.
    String hidden = said;
    for (String key : keys) hidden = hidden.replace(key, HIDDEN);
    hidden = ANY_KEY.matcher(hidden).replaceAll(Matcher.quoteReplacement(HIDDEN));
    String line = hidden.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\s]+", " ").strip();
    return line.length() <= CHARS_MAX ? line : line.substring(0, CHARS_MAX) + " …";
  }

  String of(Throwable failure) {
    String said = of(failure.getMessage());
    return said.isEmpty() ? failure.getClass().getSimpleName() : said;
  }
}
