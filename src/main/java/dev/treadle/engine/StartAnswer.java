package dev.treadle.engine;

import dev.treadle.Violation;
import java.util.List;

/** What a trigger hears. */
public sealed interface StartAnswer {
  record Started(Task task) implements StartAnswer {}

  /** The same id with the same payload: the trigger may retry freely. */
  record Existing(Task task) implements StartAnswer {}

  /** Nothing was started. */
  record Refused(List<Violation> violations) implements StartAnswer {}
}
