package dev.treadle;

/**
 * How a task stopped or why it waits.
 *
 * @param detail the reason in words, with the numbers that decided it; cut to {@value
 *     #DETAIL_BYTES_MAX} bytes, because every write of the task bills it
 */
public record Outcome(Reason reason, String detail) {
  public static final int DETAIL_BYTES_MAX = 100;

  public Outcome {
    detail = ShortText.of(Redaction.byShape(detail), DETAIL_BYTES_MAX);
  }
}
