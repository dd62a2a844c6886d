package dev.treadle;

/**
 * Whose word counts, and how many of them it takes. People are distinct: one person with two
 * addresses is one.
 *
 * @param needed how many must approve; one rejection is enough to refuse
 * @param excludesRequester whoever started the task may not decide about its actions
 */
public record Quorum(int needed, boolean excludesRequester) {
  public static final Quorum ONE = new Quorum(1, false);
  private static final int NEEDED_MAX = 10;

  public Quorum {
    if (needed < 1 || needed > NEEDED_MAX) {
      throw new IllegalArgumentException(
          "quorum: needed must be from 1 to %d, was %d".formatted(NEEDED_MAX, needed));
    }
  }

  /** The stricter of both in every respect. */
  public Quorum and(Quorum other) {
    return new Quorum(Math.max(needed, other.needed), excludesRequester || other.excludesRequester);
  }
}
