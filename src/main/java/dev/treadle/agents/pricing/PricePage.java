package dev.treadle.agents.pricing;

import dev.treadle.Json;
import dev.treadle.Violation;
import dev.treadle.tool.WebPage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/**
 * Reads the offers on a fetched page, from schema.org microdata or JSON-LD. A page whose prices
 * cannot be found is not an error here: the list says what is missing, in words.
 */
final class PricePage {
  private static final int SHOWN_CHARS_MAX = 60;
  private final Map<String, Offer> offers = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  /** Where a format keeps each field, for the words of a problem. */
  private enum Format {
    MICRODATA("itemprop=name", "itemprop=price", "itemprop=priceCurrency"),
    JSON_LD("name", "offers.price", "offers.priceCurrency");

    final String product;
    final String price;
    final String currency;

    Format(String product, String price, String currency) {
      this.product = product;
      this.price = price;
      this.currency = currency;
    }
  }

  private PricePage() {}

  static PriceList read(ShopPage shop, WebPage.Fetched page) {
    PricePage reading = new PricePage();
    reading.find(page);
    PriceList list =
        new PriceList(
            shop.name(),
            shop.url(),
            page.fetchedAt(),
            page.sha256(),
            List.copyOf(reading.offers.values()),
            reading.shownProblems());
    List<Violation> misfits = PriceList.SCHEMA.violations(Json.tree(list));
    if (!misfits.isEmpty()) {
      throw new IllegalStateException("the list read from " + shop.url() + " breaks " + misfits);
    }
    return list;
  }

  private void find(WebPage.Fetched page) {
    if (page.text().isBlank()) {
      problems.add("the page is empty");
    } else if (page.contentType().equals("application/json")) {
      check(JsonLd.in(page.text()));
    } else {
      Document document = Jsoup.parse(page.text());
      List<Candidate> candidates = Microdata.candidates(document);
      if (candidates.isEmpty()) {
        check(JsonLd.in(document));
      } else {
        check(candidates, Format.MICRODATA);
      }
    }
  }

  private void check(JsonLd found) {
    problems.addAll(found.problems());
    check(found.candidates(), Format.JSON_LD);
  }

  private void check(List<Candidate> candidates, Format format) {
    if (candidates.isEmpty()) {
      problems.add("no product found: neither schema.org microdata nor JSON-LD names a Product");
      return;
    }
    missing(candidates, "name", format.product, Candidate::product);
    missing(candidates, "price", format.price, Candidate::price);
    List<Candidate> priced = candidates.stream().filter(each -> each.price().isPresent()).toList();
    missing(priced, "currency", format.currency, Candidate::currency);
    for (Candidate each : candidates) {
      if (each.product().isEmpty() || each.price().isEmpty() || each.currency().isEmpty()) continue;
      take(new Offer(each.product().get(), each.price().get(), each.currency().get()));
    }
  }

  private void missing(
      List<Candidate> candidates,
      String what,
      String place,
      Function<Candidate, Optional<String>> field) {
    long empty = candidates.stream().filter(each -> field.apply(each).isEmpty()).count();
    if (empty > 0) {
      problems.add(
          "no %s found for %d of %d products: %s is missing or empty"
              .formatted(what, empty, candidates.size(), place));
    }
  }

  private void take(Offer offer) {
    List<Violation> misfits = PriceList.OFFER_SCHEMA.violations(Json.tree(offer));
    Offer earlier = offers.get(offer.product());
    if (!misfits.isEmpty()) {
      misfits.stream().map(misfit -> words(misfit, offer)).distinct().forEach(problems::add);
    } else if (earlier != null) {
      noteDuplicate(earlier, offer);
    } else if (offers.size() == PriceList.OFFERS_MAX) {
      String tooMany = "more than " + PriceList.OFFERS_MAX + " products: the rest was left out";
      if (!problems.contains(tooMany)) problems.add(tooMany);
    } else {
      offers.put(offer.product(), offer);
    }
  }

  private void noteDuplicate(Offer first, Offer second) {
    boolean isSame =
        first.currency().equals(second.currency())
            && new BigDecimal(first.price()).compareTo(new BigDecimal(second.price())) == 0;
    if (!isSame) {
      problems.add(
          "%s is listed with two prices, %s %s and %s %s: the first is used"
              .formatted(
                  shown(first.product()),
                  first.price(),
                  first.currency(),
                  second.price(),
                  second.currency()));
    }
  }

  private static String words(Violation misfit, Offer offer) {
    return switch (misfit.field()) {
      case "/price" ->
          "the price of %s is %s, not a plain decimal above zero such as 1299.00"
              .formatted(shown(offer.product()), shown(offer.price()));
      case "/currency" ->
          "the currency of %s is %s, not three letters such as EUR"
              .formatted(shown(offer.product()), shown(offer.currency()));
      default ->
          "a product is named %s: a name has 1 to 200 characters and no control characters"
              .formatted(shown(offer.product()));
    };
  }

  /** A quotation for people: short, on one line. */
  private static String shown(String text) {
    String visible = text.replaceAll("[\\p{Cc}\\p{Cs}]", "\uFFFD");
    return '"'
        + (visible.length() > SHOWN_CHARS_MAX
            ? visible.substring(0, SHOWN_CHARS_MAX) + "…"
            : visible)
        + '"';
  }

  private List<String> shownProblems() {
    int more = problems.size() - PriceList.PROBLEMS_MAX;
    if (more <= 0) return problems;
    List<String> shown = new ArrayList<>(problems.subList(0, PriceList.PROBLEMS_MAX));
    shown.add("and " + more + " more problems");
    return shown;
  }
}
