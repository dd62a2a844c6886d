package dev.treadle.agents.pricing;

import java.util.List;
import java.util.Optional;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** Products in the HTML attributes of schema.org: itemscope, itemtype and itemprop. */
final class Microdata {
  private static final String PRODUCT =
      "[itemscope][itemtype~=(?i)^https?://schema\\.org/Product/?$]";

  private Microdata() {}

  static List<Candidate> candidates(Document page) {
    return page.select(PRODUCT).stream().map(Microdata::candidate).toList();
  }

  private static Candidate candidate(Element product) {
    return new Candidate(
        own(product, "name"), offered(product, "price"), offered(product, "priceCurrency"));
  }

  private static Optional<String> offered(Element product, String property) {
    return product.select("[itemscope][itemprop~=(^|\\s)offers(\\s|$)]").stream()
        .filter(offer -> isOf(offer, product))
        .flatMap(offer -> own(offer, property).stream())
        .findFirst()
        .or(() -> own(product, property));
  }

  /** The first value of a property that belongs to the item itself and to no item inside it. */
  private static Optional<String> own(Element item, String property) {
    return item.select("[itemprop~=(^|\\s)" + property + "(\\s|$)]").stream()
        .filter(element -> isOf(element, item))
        .map(Microdata::value)
        .findFirst();
  }

  private static boolean isOf(Element element, Element item) {
    Element parent = element.parent();
    return parent != null && item.equals(parent.closest("[itemscope]"));
  }

  private static String value(Element element) {
    if (element.hasAttr("content")) return element.attr("content");
    return element.normalName().equals("data") ? element.attr("value") : element.text();
  }
}
