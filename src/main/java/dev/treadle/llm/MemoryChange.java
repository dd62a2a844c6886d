package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import java.util.Map;
import java.util.Optional;

/**
 * What a report does to working memory: the model's patch, and the facts that it pins.
 *
 * <p>Working memory is read with every answer and never summarised, so its size has a ceiling.
 */
final class MemoryChange {
  /** Where pinned facts lie in working memory, by the name that the model gave them. */
  static final String PINNED = "pinned_facts";

  private static final int MEMORY_CHARS_MAX = 64 * 1024;
  private static final int FACTS_MAX = 50;
  private static final int FACT_CHARS_MAX = 1_000;

  sealed interface Finding {}

  /** A JSON Merge Patch, perhaps empty. */
  record Legal(ObjectNode patch) implements Finding {}

  record Illegal(String why) implements Finding {}

  private MemoryChange() {}

  /**
   * Judges a report whose arguments fit their schema.
   *
   * @param memory before it
   */
  static Finding of(JsonNode report, ObjectNode memory) {
    ObjectNode patch =
        report.get("state_mutations") instanceof ObjectNode mutations
            ? mutations.deepCopy()
            : Json.object();
    if (patch.has(PINNED)) {
      return new Illegal("state_mutations must not hold %s; use pin".formatted(PINNED));
    }
    if (report.get("pin") instanceof ObjectNode pins && !pins.isEmpty()) patch.set(PINNED, pins);
    ObjectNode after = Json.mergePatch(memory, patch);
    // A patch that takes more than it brings is always welcome.
    int chars = Json.write(after).length();
    if (chars > MEMORY_CHARS_MAX && chars > Json.write(memory).length()) {
      return new Illegal(
          "working memory would have %d characters, at most %d are legal"
              .formatted(chars, MEMORY_CHARS_MAX));
    }
    return tooMuchPinned(after.path(PINNED)).<Finding>map(Illegal::new).orElse(new Legal(patch));
  }

  private static Optional<String> tooMuchPinned(JsonNode facts) {
    if (facts.size() > FACTS_MAX) {
      return Optional.of(
          "%d facts would be pinned, at most %d are legal; unpin some with null"
              .formatted(facts.size(), FACTS_MAX));
    }
    for (Map.Entry<String, JsonNode> fact : facts.properties()) {
      if (fact.getKey().length() + fact.getValue().asText().length() > FACT_CHARS_MAX) {
        return Optional.of(
            "the pinned fact %.40s has more than %d characters"
                .formatted(fact.getKey(), FACT_CHARS_MAX));
      }
    }
    return Optional.empty();
  }
}
