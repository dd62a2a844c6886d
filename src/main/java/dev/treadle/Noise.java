package dev.treadle;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is different in every run of a series and says nothing: dates, times, ids, run numbers. Two
 * results that differ in nothing else are the same result.
 *
 * <p>Too little of it lets a stale report pass for a new one; too much of it calls a new report
 * stale, which costs a question to a person. Amounts are never noise by themselves.
 *
 * @param patterns regular expressions of texts
 * @param fields names of JSON fields whose values are left out, wherever they stand
 */
public record Noise(List<String> patterns, Set<String> fields) {
  public static final Noise NONE = new Noise(List.of(), Set.of());

  private static final String MONTH =
      "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
          + "|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
  private static final String SPAN =
      "\\d+(?:\\.\\d+)? ?(?:ms|seconds?|minutes?|hours?|days?|weeks?|runs?)";

  /** Dates, times of day, ages, UUIDs, ULIDs, long hexadecimal ids, and numbers of runs. */
  public static final Noise USUAL =
      new Noise(
          List.of(
              "\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?",
              "\\b\\d{8}T\\d{6}Z?\\b",
              "(?i)\\b\\d{1,2}(?:st|nd|rd|th|\\.)? " + MONTH + ",? \\d{4}\\b",
              "(?i)\\b" + MONTH + " \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}\\b",
              "\\b\\d{1,2}([./])\\d{1,2}\\1\\d{4}\\b",
              "(?i)\\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\\b",
              "\\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),",
              "\\b\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?: ?[AaPp][Mm]\\b)?(?: ?(?:UTC|GMT|CES?T)\\b)?",
              "(?i)\\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\\b",
              "(?i)\\b[0-9a-f]{16,}\\b",
              "\\b[0-9A-HJKMNP-TV-Z]{26}\\b",
              "\\b1[5-9]\\d{8}(?:\\d{3})?\\b",
              "(?i)\\b" + SPAN + " (?:ago|old)\\b",
              "(?i)\\b(?:for|took|since) " + SPAN + "\\b",
              "(?i)\\b(?:run|report|edition|build|job) ?(?:#|no\\.?|nr\\.?|number) ?\\d+\\b"),
          Set.of("timestamp", "nonce", "etag", "request_id", "trace_id", "run_id", "task_id"));

  /**
   * Checks that each pattern can be used.
   *
   * @throws IllegalArgumentException a pattern is no regular expression, or matches nothing at all
   */
  public Noise {
    patterns = List.copyOf(patterns);
    fields = Set.copyOf(fields);
    for (String pattern : patterns) {
      if (compiled(pattern).matcher("").matches()) {
        throw new IllegalArgumentException(
            "noise: the pattern " + pattern + " matches an empty text, and so every text");
      }
    }
  }

  private static Pattern compiled(String pattern) {
    try {
      return Pattern.compile(pattern);
    } catch (java.util.regex.PatternSyntaxException broken) {
      throw new IllegalArgumentException(
          "noise: " + pattern + " is no regular expression: " + broken.getDescription(), broken);
    }
  }

  /** Also leaves out texts that match a regular expression. */
  public Noise and(String pattern) {
    List<String> more = new ArrayList<>(patterns);
    more.add(pattern);
    return new Noise(more, fields);
  }

  /** Also leaves out the values of a JSON field. */
  public Noise andField(String name) {
    Set<String> more = new HashSet<>(fields);
    more.add(name);
    return new Noise(patterns, more);
  }

  /** A function that leaves the noise out of texts; made once for many texts. */
  public Filter filter() {
    return new Filter(patterns.stream().map(Noise::compiled).toList(), fields);
  }

  /** Takes noise out of texts. */
  public static final class Filter {
    private static final String MARK = "\u2026";
    private static final Pattern SPACES = Pattern.compile("[\\s\\u00a0]+");
    private final List<Pattern> patterns;
    private final Set<String> fields;

    private Filter(List<Pattern> patterns, Set<String> fields) {
      this.patterns = patterns;
      this.fields = fields;
    }

    /** The text with a mark in place of each noise, and single spaces. */
    public String quiet(String text) {
      String rest = text;
      for (Pattern pattern : patterns) {
        rest = pattern.matcher(rest).replaceAll(Matcher.quoteReplacement(MARK));
      }
      return SPACES.matcher(rest).replaceAll(" ").strip();
    }

    public boolean isNoise(String field) {
      return fields.contains(field);
    }
  }
}
