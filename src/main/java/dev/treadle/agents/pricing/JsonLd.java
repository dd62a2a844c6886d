package dev.treadle.agents.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** Products in JSON-LD, in the scripts of a page or as a whole document. */
final class JsonLd {
  private static final String SCRIPTS = "script[type=application/ld+json]";

  private final List<Candidate> candidates = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  static JsonLd in(Document page) {
    JsonLd found = new JsonLd();
    for (Element script : page.select(SCRIPTS)) {
      found.read(script.data());
    }
    return found;
  }

  static JsonLd in(String document) {
    JsonLd found = new JsonLd();
    found.read(document);
    return found;
  }

  List<Candidate> candidates() {
    return candidates;
  }

  List<String> problems() {
    return problems;
  }

  private void read(String json) {
    try {
      // Json.parse refuses deep nesting, so the recursion below has an end.
      collect(Json.parse(json));
    } catch (Json.MalformedJson malformed) {
      problems.add("the page's JSON-LD is not JSON: " + firstLine(malformed));
    }
  }

  private void collect(JsonNode value) {
    if (isProduct(value)) {
      candidates.add(candidate(value));
    } else if (value.isContainerNode()) {
      value.forEach(this::collect);
    }
  }

  private static boolean isProduct(JsonNode value) {
    JsonNode type = value.path("@type");
    if (type.isTextual()) return type.textValue().equals("Product");
    for (JsonNode each : type) {
      if (each.asText().equals("Product")) return true;
    }
    return false;
  }

  private static Candidate candidate(JsonNode product) {
    JsonNode offers = product.path("offers");
    JsonNode offer = offers.isArray() ? offers.path(0) : offers;
    return new Candidate(
        text(product.path("name")), text(offer.path("price")), text(offer.path("priceCurrency")));
  }

  private static Optional<String> text(JsonNode value) {
    if (value.isTextual()) return Optional.of(value.textValue());
    return value.isNumber() ? Optional.of(value.decimalValue().toPlainString()) : Optional.empty();
  }

  private static String firstLine(Json.MalformedJson malformed) {
    return String.valueOf(malformed.getMessage()).lines().findFirst().orElse("");
  }
}
