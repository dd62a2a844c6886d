package dev.treadle.agents.pricing;

import dev.treadle.Description;

/** One product's price in one shop. */
public record Offer(
    String product,
    @Description("A plain decimal, such as 1299.00") String price,
    @Description("Three letters (ISO 4217), such as EUR") String currency) {
  /** A decimal above zero, as a pattern. */
  static final String PRICE = "^(?=.*[1-9])(0|[1-9][0-9]{0,8})(\\.[0-9]{1,2})?$";
}
