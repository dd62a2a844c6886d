package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingsTest {
  private final List<String> parsed = new ArrayList<>();
  private final Readings<JsonNode> readings =
      new Readings<>(
          text -> {
            parsed.add(text);
            return Stored.tree(text);
          },
          8_000);

  @Test
  void aTextIsParsedOnce() {
    JsonNode first = readings.read("{\"a\":1}");

    assertThat(readings.read("{\"a\":1}")).isSameAs(first);
    assertThat(readings.read("{\"a\":2}")).isNotEqualTo(first);
    assertThat(parsed).containsExactly("{\"a\":1}", "{\"a\":2}");
  }

  @Test
  void whatItsWriterSaysOfATextIsNotParsed() {
    JsonNode written = Stored.tree("{\"a\":1}");
    readings.keep("{\"a\":1}", written);

    assertThat(readings.read("{\"a\":1}")).isSameAs(written);
    assertThat(parsed).isEmpty();

    readings.keep("{\"a\":2}", written);
    assertThat(readings.changed()).containsExactly("{\"a\":2}");
  }

  @Test
  void theOldestIsForgottenWhenTheyGrowTooMany() {
    String large = "x".repeat(3_000);
    for (int i = 1; i <= 3; i++) readings.read("\"" + i + large + "\"");

    readings.read("\"3" + large + "\"");
    readings.read("\"1" + large + "\"");

    assertThat(parsed.stream().map(text -> text.charAt(1))).containsExactly('1', '2', '3', '1');
  }

  @Test
  void whoWritesToASharedDocumentIsFound() {
    String text = "{\"a\":1}";
    JsonNode shared = readings.read(text);
    assertThat(readings.changed()).isEmpty();

    ((ObjectNode) shared).put("a", 2);

    assertThat(readings.changed()).containsExactly(text);
  }
}
