package dev.treadle.engine;

import java.time.Instant;

/**
 * The right to run the current iteration until a time.
 *
 * @param token fences every later write of the holder
 */
public record Lease(String token, Instant until) {
  public boolean isLiveAt(Instant now) {
    return now.isBefore(until);
  }
}
