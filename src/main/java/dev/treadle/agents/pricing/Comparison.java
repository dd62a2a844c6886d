package dev.treadle.agents.pricing;

import dev.treadle.Description;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Today's prices beside the last known ones.
 *
 * @param previousDate the newest day in the book; empty on the first run
 * @param unchangedSince set when prices were compared and none moved
 * @param stale every page is byte for byte what it was
 * @param productsCompared products with a price today and before
 * @param changedCount changes that are moves: up, down, new or gone
 * @param changes one for every product that is or was known
 */
public record Comparison(
    LocalDate date,
    Optional<LocalDate> previousDate,
    Optional<LocalDate> unchangedSince,
    @Description("Every page is byte for byte what it was on the previous date") boolean stale,
    int productsCompared,
    int changedCount,
    int problemCount,
    List<Change> changes,
    List<String> problems) {
  public Comparison {
    changes = List.copyOf(changes);
    problems = List.copyOf(problems);
  }

  /**
   * Compares; pure.
   *
   * @param shops what was asked for: a shop without a list today is a problem
   * @param missing why such a shop has none, where that is known
   */
  public static Comparison of(
      LocalDate date,
      List<ShopPage> shops,
      List<PriceList> today,
      Optional<BookEntry> previous,
      List<MissingPage> missing) {
    Map<String, PriceList> lists = new LinkedHashMap<>();
    today.forEach(list -> lists.put(list.shop(), list));
    Set<String> names = new LinkedHashSet<>(shops.stream().map(ShopPage::name).toList());
    names.addAll(lists.keySet());
    List<Change> changes = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    if (names.isEmpty()) problems.add("no shop was named: there is nothing to compare");
    for (String shop : names) {
      Optional<PriceList> now = Optional.ofNullable(lists.get(shop));
      new ShopComparison(shop, now, previous.flatMap(entry -> entry.list(shop)))
          .addTo(changes, problems, whyMissing(shop, missing));
    }
    int compared = (int) changes.stream().filter(Comparison::hasBothPrices).count();
    int changed = (int) changes.stream().filter(change -> change.kind().isMove()).count();
    return new Comparison(
        date,
        previous.map(BookEntry::date),
        previous.filter(_ -> compared > 0 && changed == 0).map(BookEntry::unchangedSince),
        isStale(names, lists, previous),
        compared,
        changed,
        problems.size(),
        changes,
        problems);
  }

  boolean isMoved() {
    return changedCount > 0;
  }

  private static String whyMissing(String shop, List<MissingPage> missing) {
    return missing.stream()
        .filter(page -> page.shop().equals(shop))
        .map(MissingPage::why)
        .findFirst()
        .orElse("its page could not be fetched");
  }

  private static boolean hasBothPrices(Change change) {
    return change.before().isPresent() && change.now().isPresent();
  }

  private static boolean isStale(
      Set<String> names, Map<String, PriceList> lists, Optional<BookEntry> previous) {
    return !names.isEmpty()
        && names.stream().allMatch(shop -> isSamePage(lists.get(shop), shop, previous));
  }

  private static boolean isSamePage(
      @Nullable PriceList now, String shop, Optional<BookEntry> previous) {
    return now != null
        && previous
            .flatMap(entry -> entry.list(shop))
            .filter(before -> before.pageSha256().equals(now.pageSha256()))
            .isPresent();
  }
}
