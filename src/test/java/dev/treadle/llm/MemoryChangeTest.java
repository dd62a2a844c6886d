package dev.treadle.llm;

import static dev.treadle.llm.Given.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import org.junit.jupiter.api.Test;

/** What a report may do to working memory. */
class MemoryChangeTest {
  @Test
  void pinsAndMutationsBecomeOnePatch() {
    assertThat(judged("{'state_mutations': {'n': 1}, 'pin': {'budget': '500 EUR'}}", "{}"))
        .isEqualTo(legal("{'n': 1, 'pinned_facts': {'budget': '500 EUR'}}"));
    assertThat(judged("{'confidence': 1}", "{}")).isEqualTo(legal("{}"));
    assertThat(judged("{'pin': {'budget': null}}", "{'pinned_facts': {'budget': '500 EUR'}}"))
        .isEqualTo(legal("{'pinned_facts': {'budget': null}}"));
  }

  @Test
  void onlyPinTouchesPinnedFacts() {
    assertThat(why("{'state_mutations': {'pinned_facts': null}}", "{}"))
        .isEqualTo("state_mutations must not hold pinned_facts; use pin");
  }

  @Test
  void memoryAndPinnedFactsHaveACeiling() {
    String large = "x".repeat(70_000);
    ObjectNode fifty = Json.object();
    for (int i = 0; i < 50; i++) fifty.withObject("/pinned_facts").put("f" + i, "x");

    assertThat(why("{'state_mutations': {'a': '%s'}}".formatted(large), "{}"))
        .contains("working memory would have 70008 characters, at most 65536 are legal");
    assertThat(why("{'pin': {'a': '%s'}}".formatted("x".repeat(1_000)), "{}"))
        .isEqualTo("the pinned fact a has more than 1000 characters");
    assertThat(why("{'pin': {'one more': 'x'}}", Json.write(fifty)))
        .startsWith("51 facts would be pinned, at most 50 are legal");
    // Memory that is too large already may shrink.
    assertThat(judged("{'state_mutations': {'b': null}}", "{'a': '%s', 'b': 1}".formatted(large)))
        .isEqualTo(legal("{'b': null}"));
  }

  private static MemoryChange.Finding judged(String report, String memory) {
    return MemoryChange.of(json(report), (ObjectNode) json(memory));
  }

  private static String why(String report, String memory) {
    return ((MemoryChange.Illegal) judged(report, memory)).why();
  }

  private static MemoryChange.Finding legal(String patch) {
    return new MemoryChange.Legal((ObjectNode) json(patch));
  }
}
