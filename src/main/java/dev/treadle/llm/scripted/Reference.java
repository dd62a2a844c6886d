package dev.treadle.llm.scripted;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reference in a script, such as <code>${result:fetch_price:/amount}</code>.
 *
 * @param tool empty unless it refers to results
 * @param written as in the script, for errors
 */
record Reference(Kind kind, String tool, JsonPointer pointer, String written) {
  static final Pattern PATTERN = Pattern.compile("\\$\\{([^}]*)}");
  private static final Pattern TOOL = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  enum Kind {
    INPUT,
    MEMORY,
    RESULT,
    RESULTS,
    ITEM,
    N
  }

  /** The reference that a string is, and nothing but it. */
  static Optional<Reference> whole(String text) {
    Matcher matcher = PATTERN.matcher(text);
    return matcher.matches() ? Optional.of(of(matcher)) : Optional.empty();
  }

  static List<Reference> allIn(String text) {
    List<Reference> found = new ArrayList<>();
    Matcher matcher = PATTERN.matcher(text);
    while (matcher.find()) found.add(of(matcher));
    return found;
  }

  /**
   * The reference that {@link #PATTERN} found.
   *
   * @throws IllegalArgumentException naming the reference and the rule
   */
  static Reference of(Matcher matcher) {
    String written = matcher.group();
    String[] parts = matcher.group(1).split(":", 2);
    String rest = parts.length == 1 ? "" : parts[1];
    return switch (parts[0]) {
      case "input" -> new Reference(Kind.INPUT, "", pointer(rest, written), written);
      case "memory" -> new Reference(Kind.MEMORY, "", pointer(rest, written), written);
      case "item" -> new Reference(Kind.ITEM, "", pointer(rest, written), written);
      case "n" -> new Reference(Kind.N, "", pointer(rest, written), written);
      case "result" -> ofTool(Kind.RESULT, rest, written);
      case "results" -> ofTool(Kind.RESULTS, rest, written);
      default ->
          throw new IllegalArgumentException(
              written + " must begin with input, memory, result, results, item or n");
    };
  }

  private static Reference ofTool(Kind kind, String rest, String written) {
    String[] parts = rest.split(":", 2);
    if (!TOOL.matcher(parts[0]).matches()) {
      throw new IllegalArgumentException(written + " must name a tool");
    }
    return new Reference(
        kind, parts[0], pointer(parts.length == 1 ? "" : parts[1], written), written);
  }

  private static JsonPointer pointer(String text, String written) {
    if (!text.isEmpty() && !text.startsWith("/")) {
      throw new IllegalArgumentException(written + " must have a JSON Pointer that begins with /");
    }
    return JsonPointer.compile(text);
  }
}
