package dev.treadle.engine;

import dev.treadle.ShortText;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * A person's word that something must not act until it is lifted.
 *
 * @param what {@value #EVERYTHING}, {@code agent:NAME} or {@code tool:NAME}
 */
public record Halt(String what, String by, String why, Instant at) {
  public static final String EVERYTHING = "everything";

  /** How {@link #what} is spelled, for those who got it wrong. */
  public static final String RULE = "everything, agent:NAME or tool:NAME";

  private static final Pattern LEGAL =
      Pattern.compile("everything|(agent|tool):[A-Za-z0-9_.-]{1,64}");
  private static final int WHY_BYTES_MAX = 500;

  public Halt {
    if (!isLegal(what)) throw new IllegalArgumentException("must be " + RULE + ", was " + what);
    why = ShortText.of(why, WHY_BYTES_MAX);
  }

  public static boolean isLegal(String what) {
    return LEGAL.matcher(what).matches();
  }

  static String ofAgent(String name) {
    return "agent:" + name;
  }

  static String ofTool(String name) {
    return "tool:" + name;
  }
}
