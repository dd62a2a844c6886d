package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.Json;
import org.junit.jupiter.api.Test;

class CallTextsTest {
  private static final String FACE = "\uD83D\uDE00";

  @Test
  void aCutLeavesNoHalfOfACharacter() {
    assertThat(CallTexts.cut("a" + FACE + "b", 2)).startsWith("a [cut: 1 of 4 characters");
    assertThat(CallTexts.cut("a" + FACE + "b", 3)).startsWith("a" + FACE + " [cut: 3 of 4");
  }

  @Test
  void halvesOfCharactersAreReplacedAndWholeOnesStay() {
    assertThat(CallTexts.clean("x\uD83Dy\uDE00" + FACE)).isEqualTo("x\uFFFDy\uFFFD" + FACE);
    assertThat(CallTexts.capped(TextNode.valueOf(FACE))).isEqualTo(TextNode.valueOf(FACE));
    assertThat(CallTexts.capped(Json.object().put("text", "x\uD83D")).textValue())
        .isEqualTo("{\"text\":\"x\uFFFD\"}");
    assertThat(CallTexts.capped(Json.object().put("text", FACE)))
        .isEqualTo(Json.object().put("text", FACE));
  }
}
