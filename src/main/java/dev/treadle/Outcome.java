package dev.treadle;

/**
 * How a task stopped or why it waits.
 *
 * @param detail the reason in words, with the numbers that decided it; cut to {@value
 *     #DETAIL_CHARS_MAX} characters, because every write of the task bills it
 */
public record Outcome(Reason reason, String detail) {
  public static final int DETAIL_CHARS_MAX = 250;

  public Outcome {
    if (detail.length() > DETAIL_CHARS_MAX) {
      detail = detail.substring(0, DETAIL_CHARS_MAX - 1) + "…";
    }
  }
}
