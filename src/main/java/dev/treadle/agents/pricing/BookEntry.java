package dev.treadle.agents.pricing;

import dev.treadle.Description;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * The prices of one day.
 *
 * @param unchangedSince the first day on which all known prices were what they are here
 */
public record BookEntry(
    LocalDate date,
    @Description("The first day on which all known prices were these") LocalDate unchangedSince,
    List<PriceList> lists) {
  public BookEntry {
    lists = List.copyOf(lists);
  }

  Optional<PriceList> list(String shop) {
    return lists.stream().filter(list -> list.shop().equals(shop)).findFirst();
  }
}
