package dev.treadle.engine;

import java.util.Optional;

/**
 * Where the breakers stand, and what people have halted; shared by all workers. Reads are strongly
 * consistent.
 */
public interface BreakerTable {
  Optional<Breaker> find(String dependency);

  /**
   * Writes a breaker if the one that stands there has the version before: of two workers one wins.
   *
   * @param next its version is one above the one that was read, 1 when there was none
   * @return whether it was written
   */
  boolean replace(Breaker next);

  /** What people have halted; {@link Halts#NONE} before the first time. */
  Halts halts();

  /** Writes what is halted if what stands there has the version before: of two people one wins. */
  boolean replace(Halts next);
}
