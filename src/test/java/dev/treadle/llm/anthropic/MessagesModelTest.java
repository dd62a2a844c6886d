package dev.treadle.llm.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Usage;
import dev.treadle.llm.Message;
import dev.treadle.llm.ModelReply.Answered;
import dev.treadle.llm.ModelReply.Refused;
import dev.treadle.llm.remote.Authorization;
import dev.treadle.llm.remote.Dialect;
import dev.treadle.llm.remote.FakeProvider;
import dev.treadle.llm.remote.ModelContract;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MessagesModelTest extends ModelContract {
  @Override
  protected String folder() {
    return "anthropic";
  }

  @Override
  protected Dialect dialect() {
    return new MessagesDialect("claude-opus-4-6", Json.object().put("temperature", 0.2), true);
  }

  @Override
  protected String path() {
    return "/v1/messages";
  }

  @Override
  protected Authorization authorization(Supplier<String> key) {
    return Authorization.header("x-api-key", key);
  }

  @Override
  protected String keyHeader() {
    return "x-api-key";
  }

  @Override
  protected JsonNode sentBack(JsonNode requestBody) {
    return requestBody.at("/messages/1/content");
  }

  @Override
  protected JsonNode brought(JsonNode responseBody) {
    return responseBody.path("content");
  }

  @Test
  void theVersionOfTheApiIsNamed() {
    provider.thenFile("text.json");
    ask();

    assertThat(provider.asked().getFirst().headers().getFirst("anthropic-version"))
        .isEqualTo("2023-06-01");
    assertThat(provider.asked().getFirst().headers()).doesNotContainKey("anthropic-beta");
  }

  @Test
  void aModelThatBindsItsThinkingIsToldToDropWhatNoLongerFits() {
    ObjectNode parameters =
        (ObjectNode)
            FakeProvider.parsed(
                """
                {"thinking": {"type": "adaptive",
                              "block_binding": {"prefix_mismatch_behavior": "drop_block"}}}
                """);
    provider.thenFile("text.json");
    model(new MessagesDialect("claude-opus-5-5", parameters, true), provider.url(), () -> CANARY)
        .ask(request(told("Hello.")));

    FakeProvider.Asked asked = provider.asked().getFirst();
    assertThat(asked.headers().getFirst("anthropic-beta"))
        .isEqualTo("thinking-binding-controls-2026-08-01");
    assertThat(asked.body().path("thinking")).isEqualTo(parameters.path("thinking"));
  }

  @Test
  void withoutCachingNothingIsMarked() {
    provider.thenFile("text.json");
    model(new MessagesDialect("m", Json.object(), false), provider.url(), () -> CANARY)
        .ask(request(told("Hello.")));

    assertThat(provider.asked().getFirst().body().toString()).doesNotContain("cache_control");
  }

  @Test
  void anAnswerCutWhileThinkingDoesNotMakeTheNextRequestIllegal() {
    Answered first = answered("cut-thinking.json");
    provider.thenFile("text.json");
    model().ask(request(told("Hello."), new Message.FromModel(content(first)), told("Go on.")));

    JsonNode sent = sentBack(provider.asked().getLast().body());
    assertThat(sent.path(0)).isEqualTo(tree("cut-thinking.json").at("/content/0"));
    assertThat(sent.path(1).path("type").asText()).isEqualTo("text");
    assertThat(sent.size()).isEqualTo(2);
  }

  @Test
  void cachedInputIsCountedWithItsOwnPrices() {
    // 21 x $5, 188,086 x $6.25, 5,000 x $0.50 and 393 x $25 per million, rounded up.
    assertThat(answered("cached.json").usage())
        .isEqualTo(new Usage(21 + 188_086 + 5_000, 393, 105 + 1_175_538 + 2_500 + 9_825));
  }

  @Test
  void theMonthlyLimitIsNoRateLimit() {
    provider.thenJson(429, Map.of(), provider.file("spent.json"));

    assertThat(((Refused) ask()).hopeless()).isTrue();
  }

  @Test
  void anErrorInsideA200IsNotAskedForAgain() {
    provider.thenJson(200, Map.of(), provider.file("error.json"));

    assertThat(((Refused) ask()).hopeless()).isFalse();
  }
}
