package dev.treadle.engine;

import java.util.Optional;

/**
 * A claim's answer, with what was read beside it.
 *
 * @param recall present when the claim was granted
 */
public record Claimed(Claim claim, Optional<Recall> recall) {
  static Claimed without(Claim claim) {
    return new Claimed(claim, Optional.empty());
  }
}
