package dev.treadle.trigger;

import java.util.Locale;
import java.util.Optional;

/** What a schedule does when its slot comes while a task of an earlier slot is not done. */
public enum Overlap {
  /** The slot passes without a task. */
  SKIP,
  /** The slot's task starts when the earlier one has ended. */
  QUEUE,
  /** Both run. */
  ALLOW;

  public static final String RULE = "must be skip, queue or allow";

  /** The policy with this stored name. */
  public static Optional<Overlap> of(String name) {
    for (Overlap each : values()) if (each.wireName().equals(name)) return Optional.of(each);
    return Optional.empty();
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
