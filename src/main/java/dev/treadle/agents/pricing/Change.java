package dev.treadle.agents.pricing;

import java.util.Optional;

/** What became of one product's price since it was last known. */
public record Change(
    String shop,
    String product,
    Kind kind,
    Optional<String> before,
    Optional<String> now,
    String currency) {
  /** How today's price relates to the last known one. */
  public enum Kind {
    UP,
    DOWN,
    NEW,
    /** The page was read without problems, and the product is no longer on it. */
    GONE,
    UNCHANGED,
    /** There is no price to compare today, because the page was missing or had problems. */
    UNKNOWN;

    boolean isMove() {
      return this != UNCHANGED && this != UNKNOWN;
    }
  }

  /** Whether the prices that its kind speaks of are there. */
  boolean hasItsPrices() {
    return switch (kind) {
      case UP, DOWN, UNCHANGED -> isPrice(before) && isPrice(now);
      case NEW -> isPrice(now);
      case GONE -> isPrice(before);
      case UNKNOWN -> true;
    };
  }

  private static boolean isPrice(Optional<String> text) {
    return text.filter(price -> price.matches(Offer.PRICE)).isPresent();
  }
}
