package dev.treadle.agents.content;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a machine can say of an article: its lengths, and each number that no fact holds. */
final class TextCheck {
  private static final int TITLE_CHARS_MIN = 10;
  private static final int TITLE_CHARS_MAX = 80;
  private static final int WORDS_MIN = 40;
  private static final int WORDS_MAX = 600;
  private static final int SENTENCE_WORDS_MAX = 30;
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:[.,:]\\d+)*");
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?])\\s+|\\n\\s*\\n");

  private TextCheck() {}

  /** What is wrong, in words for the model; nothing for an article that may go to a person. */
  static List<String> findings(Article article, List<String> facts) {
    List<String> findings = new ArrayList<>();
    int titleChars = article.title().strip().length();
    if (titleChars < TITLE_CHARS_MIN || titleChars > TITLE_CHARS_MAX) {
      findings.add(
          "the title has %d characters, it needs %d to %d"
              .formatted(titleChars, TITLE_CHARS_MIN, TITLE_CHARS_MAX));
    }
    int words = words(article.body());
    if (words < WORDS_MIN || words > WORDS_MAX) {
      findings.add(
          "the body has %d words, it needs %d to %d".formatted(words, WORDS_MIN, WORDS_MAX));
    }
    for (String sentence : SENTENCE_END.split(article.body().strip(), -1)) {
      if (words(sentence) <= SENTENCE_WORDS_MAX) continue;
      findings.add(
          "a sentence has %d words, at most %d can be read at once: %s"
              .formatted(words(sentence), SENTENCE_WORDS_MAX, sentence));
    }
    Set<String> known = new HashSet<>(numbers(String.join("\n", facts)));
    for (String number : numbers(article.title() + "\n" + article.body())) {
      if (known.add(number)) findings.add("the number " + number + " stands in no fact");
    }
    return findings;
  }

  private static int words(String text) {
    return text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }

  private static List<String> numbers(String text) {
    return NUMBER.matcher(text).results().map(MatchResult::group).toList();
  }
}
