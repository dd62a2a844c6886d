package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void aDocumentMayBe64LevelsDeepAndNotOneMore() throws Json.MalformedJson {
    assertThat(Json.parse("[".repeat(64) + "]".repeat(64)).isArray()).isTrue();

    assertThatThrownBy(() -> Json.parse("[".repeat(65) + "]".repeat(65)))
        .isInstanceOf(Json.MalformedJson.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1} {\"b\":2}",
        "{\"a\":1",
        "{a:1}",
        "[1,]",
        "NaN",
        "01",
        "\"\u0001\"",
        "nul"
      })
  void whatIsNotOneStrictDocumentIsRefused(String text) {
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(Json.MalformedJson.class);
  }

  @Test
  void tenMillionCharactersAreRefusedAsOneTextAndAsMillionsOfNumbers() {
    String text = '"' + "x".repeat(10_000_000) + '"';
    String numbers = "[" + "0,".repeat(5_000_000) + "0]";

    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(Json.MalformedJson.class);
    assertThatThrownBy(() -> Json.parse(numbers)).isInstanceOf(Json.MalformedJson.class);
  }

  @Test
  void aNumberOfMoreThan100DigitsIsRefused() {
    assertThatThrownBy(() -> Json.parse("1".repeat(101))).isInstanceOf(Json.MalformedJson.class);
  }

  @Test
  void aNameOfMoreThanAThousandCharactersIsRefused() {
    assertThatThrownBy(() -> Json.parse("{\"" + "n".repeat(1_001) + "\":1}"))
        .isInstanceOf(Json.MalformedJson.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"a\":\"b\"}         | {\"a\":\"c\"}                | {\"a\":\"c\"}",
        "{\"a\":\"b\"}         | {\"b\":\"c\"}                | {\"a\":\"b\",\"b\":\"c\"}",
        "{\"a\":\"b\"}         | {\"a\":null}                 | {}",
        "{\"a\":\"b\",\"b\":1} | {\"a\":null}                 | {\"b\":1}",
        "{\"a\":[\"b\"]}       | {\"a\":\"c\"}                | {\"a\":\"c\"}",
        "{\"a\":\"c\"}         | {\"a\":[\"b\"]}              | {\"a\":[\"b\"]}",
        "{\"a\":{\"b\":\"c\"}} | {\"a\":{\"b\":\"d\",\"c\":null}} | {\"a\":{\"b\":\"d\"}}",
        "{\"a\":[{\"b\":\"c\"}]} | {\"a\":[1]}                | {\"a\":[1]}",
        "{\"e\":null}          | {\"a\":1}                    | {\"e\":null,\"a\":1}",
        "{}                    | {\"a\":{\"bb\":{\"ccc\":null}}} | {\"a\":{\"bb\":{}}}"
      })
  void aMergePatchIsThatOfRfc7396(String target, String patch, String merged)
      throws Json.MalformedJson {
    ObjectNode before = (ObjectNode) Json.parse(target);

    assertThat(Json.mergePatch(before, (ObjectNode) Json.parse(patch)))
        .isEqualTo(Json.parse(merged));
    assertThat(before).isEqualTo(Json.parse(target));
  }
}
