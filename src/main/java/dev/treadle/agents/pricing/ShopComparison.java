package dev.treadle.agents.pricing;

import dev.treadle.agents.pricing.Change.Kind;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** One shop's list beside its last known one. */
record ShopComparison(String shop, Optional<PriceList> now, Optional<PriceList> before) {
  void addTo(List<Change> changes, List<String> problems, String whyMissing) {
    if (now.isEmpty()) {
      problems.add(shop + ": no prices today: " + whyMissing);
    }
    now.ifPresent(list -> {
      list.problems().forEach(problem -> problems.add(shop + ": " + problem));
      list.offers().forEach(offer -> changes.add(found(offer, problems)));
    });
    before.ifPresent(list ->
        list.offers().stream().filter(this::isNotFound).map(this::notFound).forEach(changes::add));
  }

  private Change found(Offer offer, List<String> problems) {
    Optional<Offer> last = before.flatMap(list -> list.offer(offer.product()));
    if (last.isEmpty()) return change(offer, Kind.NEW, Optional.empty(), price(offer));
    if (!last.get().currency().equals(offer.currency())) {
      problems.add(
          "%s: \"%s\" is now in %s and was in %s: its prices cannot be compared"
              .formatted(shop, offer.product(), offer.currency(), last.get().currency()));
      return change(offer, Kind.UNKNOWN, Optional.empty(), price(offer));
    }
    int order = new BigDecimal(offer.price()).compareTo(new BigDecimal(last.get().price()));
    Kind kind = order == 0 ? Kind.UNCHANGED : order > 0 ? Kind.UP : Kind.DOWN;
    return change(offer, kind, price(last.get()), price(offer));
  }

  private boolean isNotFound(Offer offer) {
    return now.flatMap(list -> list.offer(offer.product())).isEmpty();
  }

  private Change notFound(Offer offer) {
    // "Gone" is a claim about the shop, which only a page that was read whole can support.
    boolean isReadWhole = now.isPresent() && now.get().problems().isEmpty();
    return change(offer, isReadWhole ? Kind.GONE : Kind.UNKNOWN, price(offer), Optional.empty());
  }

  private Change change(Offer offer, Kind kind, Optional<String> last, Optional<String> today) {
    return new Change(shop, offer.product(), kind, last, today, offer.currency());
  }

  private static Optional<String> price(Offer offer) {
    return Optional.of(offer.price());
  }
}
