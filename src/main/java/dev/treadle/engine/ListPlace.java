package dev.treadle.engine;

import dev.treadle.TaskId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * A place in the lists of tasks: the latest change comes first, and of two at one time the one with
 * the smaller id.
 */
public record ListPlace(Instant since, TaskId id) implements Comparable<ListPlace> {
  private static final char SEPARATOR = '~';

  public static ListPlace of(Task task) {
    return new ListPlace(task.since(), task.id());
  }

  /** The place that {@link #toString} wrote; empty for any other text. */
  public static Optional<ListPlace> parse(String text) {
    int split = text.indexOf(SEPARATOR);
    if (split < 0 || !TaskId.isLegal(text.substring(split + 1))) return Optional.empty();
    try {
      Instant since = Instant.parse(text.substring(0, split));
      return Optional.of(new ListPlace(since, new TaskId(text.substring(split + 1))));
    } catch (DateTimeException noTime) {
      return Optional.empty();
    }
  }

  /** Smaller stands earlier in the list. */
  @Override
  public int compareTo(ListPlace other) {
    int byTime = other.since.compareTo(since);
    return byTime != 0 ? byTime : id.value().compareTo(other.id.value());
  }

  public boolean isAfter(ListPlace other) {
    return compareTo(other) > 0;
  }

  @Override
  public String toString() {
    return since.toString() + SEPARATOR + id;
  }
}
