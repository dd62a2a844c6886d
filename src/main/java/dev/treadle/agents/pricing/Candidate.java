package dev.treadle.agents.pricing;

import java.util.Optional;

/**
 * What a page says of one product, before anybody checked it. Absent means that nothing is there.
 */
record Candidate(Optional<String> product, Optional<String> price, Optional<String> currency) {
  Candidate {
    product = product.map(Candidate::tidy).filter(text -> !text.isEmpty());
    price = price.map(Candidate::tidy).filter(text -> !text.isEmpty());
    currency = currency.map(Candidate::tidy).filter(text -> !text.isEmpty());
  }

  private static String tidy(String text) {
    return text.replaceAll("[\\s\\u00A0]+", " ").strip();
  }
}
