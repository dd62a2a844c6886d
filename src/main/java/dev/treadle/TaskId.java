package dev.treadle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The stable name of a task, and the root of every idempotency key of its actions.
 *
 * @param value 1 to 100 of {@code A-Z a-z 0-9 . _ : -}
 */
public record TaskId(@JsonValue String value) {
  public static final String RULE = "1 to 100 characters of A-Z a-z 0-9 . _ : -";
  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._:-]{1,100}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public TaskId {
    if (!isLegal(value)) {
      throw new IllegalArgumentException("task_id must be " + RULE + ", was " + quoted(value));
    }
  }

  public static boolean isLegal(String value) {
    return LEGAL.matcher(value).matches();
  }

  /** Names the one trace that all spans of the task are in: 32 hex digits. */
  public String traceId() {
    return traceDigest().substring(0, 32);
  }

  /** Begins with {@link #traceId}. */
  public String traceDigest() {
    return CanonicalJson.sha256("trace:" + value);
  }

  private static String quoted(String value) {
    String shown = value.length() > 120 ? value.substring(0, 120) + "…" : value;
    return '"' + shown + '"';
  }

  @Override
  public String toString() {
    return value;
  }
}
