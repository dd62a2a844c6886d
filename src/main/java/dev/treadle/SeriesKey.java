package dev.treadle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The name of a series: the tasks of one schedule, or of one stream that somebody named. Drift is
 * judged over a series, so a task without one is not judged.
 *
 * @param value 1 to 100 of {@code A-Z a-z 0-9 . _ : -}
 */
public record SeriesKey(@JsonValue String value) {
  public static final String RULE = "1 to 100 characters of A-Z a-z 0-9 . _ : -";
  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._:-]{1,100}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SeriesKey {
    if (!isLegal(value)) {
      throw new IllegalArgumentException(
          "series must be %s, has %d characters".formatted(RULE, value.length()));
    }
  }

  public static boolean isLegal(String value) {
    return LEGAL.matcher(value).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
