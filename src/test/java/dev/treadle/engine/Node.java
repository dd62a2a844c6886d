package dev.treadle.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A place where code runs, with a clock that is wrong in its own way.
 *
 * @param drift seconds that the clock gains per second
 */
record Node(String name, InstantSource truth, Duration offset, double drift)
    implements InstantSource {
  @Override
  public Instant instant() {
    return at(truth.instant());
  }

  /** What this clock shows at a true time, in milliseconds like everything that is stored. */
  Instant at(Instant time) {
    long gained = (long) (drift * Duration.between(World.START, time).toMillis());
    return time.plus(offset).plusMillis(gained);
  }

  /** The true time at which this clock shows that, within a millisecond. */
  Instant truthOf(Instant shown) {
    Instant guess = shown.minus(offset);
    long gained = (long) (drift * Duration.between(World.START, guess).toMillis());
    return guess.minusMillis(gained);
  }

  @Override
  public String toString() {
    return name;
  }
}
