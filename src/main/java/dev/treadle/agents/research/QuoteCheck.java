package dev.treadle.agents.research;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.PastCall;
import dev.treadle.tool.FetchPage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks quotes up in the pages that a task has read: in the journal, and not in what the model
 * remembers of them. Only white space may differ.
 *
 * @param texts what was read, by address; of a page that was read twice, both texts
 */
record QuoteCheck(Map<String, String> texts) {
  /** Fewer characters stand on any page. */
  static final int QUOTE_CHARS_MIN = 20;

  /**
   * What is true of one claim.
   *
   * @param claim its number, from 1
   * @param why it does not hold, if it does not
   */
  record Finding(int claim, boolean holds, Optional<String> why) {}

  static QuoteCheck in(List<PastCall> past) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (PastCall read : past) {
      if (read.failed() || !read.tool().equals(FetchPage.NAME)) continue;
      page(read.text())
          .ifPresent(page ->
              texts.merge(
                  page.path("url").asText(),
                  folded(page.path("text").asText()),
                  (one, other) -> one.equals(other) ? one : one + "\n" + other));
    }
    return new QuoteCheck(texts);
  }

  /**
   * Empty for a call that still waits for a person, or whose result was too long for the journal.
   */
  private static Optional<JsonNode> page(String text) {
    try {
      return Optional.of(Json.parse(text));
    } catch (Json.MalformedJson notWhole) {
      return Optional.empty();
    }
  }

  static String folded(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  List<Finding> of(List<Claim> claims) {
    List<Finding> findings = new ArrayList<>();
    for (Claim claim : claims) {
      Optional<String> wrong = wrong(claim);
      findings.add(new Finding(findings.size() + 1, wrong.isEmpty(), wrong));
    }
    return findings;
  }

  private Optional<String> wrong(Claim claim) {
    String quote = folded(claim.quote());
    if (quote.length() < QUOTE_CHARS_MIN) {
      return Optional.of(
          "a quote needs at least %d characters, this one has %d"
              .formatted(QUOTE_CHARS_MIN, quote.length()));
    }
    String text = texts.get(claim.url());
    if (text == null) {
      return Optional.of(
          "no page %s was read; read were %s".formatted(claim.url(), texts.keySet()));
    }
    if (text.contains(quote)) return Optional.empty();
    return Optional.of(
        texts.entrySet().stream()
            .filter(page -> page.getValue().contains(quote))
            .findFirst()
            .map(page -> "these words stand on %s, not on %s".formatted(page.getKey(), claim.url()))
            .orElse("these words do not stand on " + claim.url()));
  }
}
