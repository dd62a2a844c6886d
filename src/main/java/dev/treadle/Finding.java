package dev.treadle;

/**
 * One sign that a run brought nothing new, or less than it should.
 *
 * @param field what it is about: a path in the result, or a source and a path in it; empty when it
 *     is about the whole
 * @param words for a person
 */
public record Finding(Kind kind, String field, String words) {
  /** What was found. */
  public enum Kind {
    /** The result is that of the runs before. */
    SAME_OUTPUT,
    /** Everything that was read is as it was for the runs before. */
    SAME_EVIDENCE,
    /** Nothing was read, or all of it is empty. */
    NO_EVIDENCE,
    /** A field that was always filled is empty. */
    EMPTIED_FIELD,
    /** The result is much shorter or longer than ever. */
    ODD_SIZE
  }

  public boolean isSameAs(Finding other) {
    return kind == other.kind && field.equals(other.field);
  }
}
