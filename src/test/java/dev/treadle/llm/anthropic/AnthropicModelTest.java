package dev.treadle.llm.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.Turn.CallReply;
import dev.treadle.Usage;
import dev.treadle.llm.Message;
import dev.treadle.llm.ModelReply;
import dev.treadle.llm.ModelReply.Answered;
import dev.treadle.llm.ModelRequest;
import dev.treadle.llm.ModelRequest.ToolSpec;
import dev.treadle.llm.anthropic.AnthropicSettings.ChosenModel;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked in the provider's format, and what its answers become. */
class AnthropicModelTest {
  private static final Price PRICE = new Price(5_000_000, 25_000_000, 6_250_000, 500_000);

  private FakeProvider provider;

  @BeforeEach
  void start() throws IOException {
    provider = new FakeProvider();
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  @Test
  void theRequestIsWhatTheApiDocuments() {
    ObjectNode parameters = Json.object().put("temperature", 0.2);
    AnthropicModel model = model(new ChosenModel("claude-opus-4-6", PRICE, parameters));
    List<JsonNode> said = List.copyOf(content("two-calls.json"));

    provider.thenFile("text.json");
    model.ask(
        request(
            new Message.ToModel(List.of(), List.of("<task_input>{}</task_input>")),
            new Message.FromModel(said),
            new Message.ToModel(
                List.of(
                    reply("toolu_01A09q90qw90lq917835lq9", false, "{\"price\":\"19.90\"}"),
                    reply("toolu_01B7Zk2mX4nQ8rT5vW1yU3s", true, "the page is gone")),
                List.of("Two calls are left."))));

    FakeProvider.Asked asked = provider.asked().getFirst();
    assertThat(asked.body()).isEqualTo(FakeProvider.parsed(FakeProvider.file("request.json")));
    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.path()).isEqualTo("/v1/messages");
    assertThat(asked.headers().getFirst("x-api-key")).isEqualTo("sk-ant-test");
    assertThat(asked.headers().getFirst("anthropic-version")).isEqualTo("2023-06-01");
    assertThat(asked.headers().getFirst("content-type")).isEqualTo("application/json");
    assertThat(asked.headers()).doesNotContainKey("anthropic-beta");
  }

  @Test
  void textIsAnsweredWithItsUsageAndCost() {
    provider.thenFile("text.json");

    Answered answered = answered();

    assertThat(answered.answer().path("stop_reason").asText()).isEqualTo("end_turn");
    assertThat(answered.answer().path("content")).isEqualTo(tree("text.json").path("content"));
    assertThat(answered.answer().size()).isEqualTo(2);
    // 2,095 x $5 and 503 x $25 per million.
    assertThat(answered.usage()).isEqualTo(new Usage(2_095, 503, 10_475 + 12_575));
  }

  @Test
  void twoCallsOfOneAnswerAreKeptInTheirOrder() {
    provider.thenFile("two-calls.json");

    assertThat(answered().answer().path("content"))
        .isEqualTo(tree("two-calls.json").path("content"));
  }

  @Test
  void thinkingGoesBackWithItsSignature() {
    assertGoesBackUntouched("thinking.json");
  }

  @Test
  void aBlockOfAnUnknownTypeGoesBackUntouched() {
    assertGoesBackUntouched("unknown-block.json");
  }

  private void assertGoesBackUntouched(String file) {
    provider.thenFile(file).thenFile("text.json");
    AnthropicModel model = model(chosen("claude-opus-4-6"));

    Answered first = (Answered) model.ask(request(hello()));
    List<JsonNode> said = List.copyOf(blocks(first));
    model.ask(request(hello(), new Message.FromModel(said), hello()));

    assertThat(provider.asked().getLast().body().at("/messages/1/content"))
        .isEqualTo(tree(file).path("content"));
  }

  @Test
  void aModelThatBindsItsThinkingIsToldToDropWhatNoLongerFits() {
    ObjectNode parameters = KnownModels.parameters("claude-opus-5-5");
    provider.thenFile("text.json");

    model(new ChosenModel("claude-opus-5-5", PRICE, parameters)).ask(request(hello()));

    FakeProvider.Asked asked = provider.asked().getFirst();
    assertThat(asked.headers().getFirst("anthropic-beta"))
        .isEqualTo("thinking-binding-controls-2026-08-01");
    assertThat(asked.body().path("thinking"))
        .isEqualTo(
            FakeProvider.parsed(
                """
                {"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "drop_block"}}
                """));
  }

  @Test
  void aCallThatWasCutLosesItsArgumentsSoThatItCannotRun() {
    provider.thenFile("cut-call.json");

    JsonNode content = answered().answer().path("content");

    assertThat(content.at("/0/input/url").asText()).isEqualTo("https://shop.example/a");
    assertThat(content.at("/1/name").asText()).isEqualTo("send_mail");
    assertThat(content.path(1).has("input")).isFalse();
  }

  @Test
  void noCallOfARefusedAnswerKeepsItsArguments() {
    provider.thenFile("refusal.json");

    Answered answered = answered();

    assertThat(answered.answer().path("stop_reason").asText()).isEqualTo("refusal");
    assertThat(answered.answer().at("/content/1").has("input")).isFalse();
    assertThat(answered.usage().outputTokens()).isEqualTo(22);
  }

  @Test
  void anAnswerCutWhileThinkingDoesNotMakeTheNextRequestIllegal() {
    provider.thenFile("cut-thinking.json").thenFile("text.json");
    AnthropicModel model = model(chosen("claude-opus-4-6"));

    Answered first = (Answered) model.ask(request(hello()));
    model.ask(request(hello(), new Message.FromModel(blocks(first)), hello()));

    JsonNode sent = provider.asked().getLast().body().at("/messages/1/content");
    assertThat(sent.path(0)).isEqualTo(tree("cut-thinking.json").at("/content/0"));
    assertThat(sent.path(1).path("type").asText()).isEqualTo("text");
    assertThat(sent.size()).isEqualTo(2);
  }

  @Test
  void cachedInputIsCountedWithItsOwnPrices() {
    provider.thenFile("cached.json");

    // 21 x $5, 188,086 x $6.25, 5,000 x $0.50 and 393 x $25 per million, rounded up.
    assertThat(answered().usage())
        .isEqualTo(new Usage(21 + 188_086 + 5_000, 393, 105 + 1_175_538 + 2_500 + 9_825));
  }

  @Test
  void anAnswerWithoutUsageCountsAtItsWorst() {
    provider.thenJson(200, Map.of(), "{\"content\": [], \"stop_reason\": \"end_turn\"}");
    AnthropicModel model = model(chosen("claude-opus-4-6"));
    ModelRequest request = request(hello());

    Reserve reserve = model.reserveFor(request.chars(), request.maxOutputTokens());
    Answered answered = (Answered) model.ask(request);

    assertThat(answered.usage().costMicros()).isEqualTo(reserve.costMicros());
    assertThat(answered.usage().tokens()).isEqualTo(reserve.tokens());
  }

  @Test
  void theReserveCoversATokenForEachCharacterAtTheDearestPrice() {
    Reserve reserve = model(chosen("claude-opus-4-6")).reserveFor(100_000, 4_096);

    assertThat(reserve.tokens()).isEqualTo(100_000 + 2_000 + 4_096);
    // 102,000 x $6.25 and 4,096 x $25 per million.
    assertThat(reserve.costMicros()).isEqualTo(637_500 + 102_400);
  }

  @Test
  void anOddAnswerIsPassedOnForTheExecutorToJudge() {
    provider.thenJson(200, Map.of(), "{\"stop_reason\": null, \"content\": \"hello\"}");

    assertThat(answered().answer()).isEqualTo(FakeProvider.parsed("{\"stop_reason\": \"\"}"));
  }

  private Answered answered() {
    ModelReply reply = model(chosen("claude-opus-4-6")).ask(request(hello()));
    return assertThat(reply).asInstanceOf(type(Answered.class)).actual();
  }

  private AnthropicModel model(ChosenModel chosen) {
    AnthropicSettings settings =
        new AnthropicSettings(provider.url(), () -> "sk-ant-test", Map.of("default", chosen));
    return new AnthropicModel(settings, chosen, InstantSource.system());
  }

  private static ChosenModel chosen(String name) {
    return new ChosenModel(name, PRICE, Json.object());
  }

  private static ModelRequest request(Message... messages) {
    ObjectNode input =
        (ObjectNode)
            FakeProvider.parsed(
                """
                {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]}
                """);
    return new ModelRequest(
        "default",
        "Watch the prices.",
        List.of(messages),
        List.of(new ToolSpec("fetch_page", "Fetches a page.", input)),
        1_024,
        Duration.ofSeconds(20));
  }

  private static Message hello() {
    return new Message.ToModel(List.of(), List.of("Hello."));
  }

  private static CallReply reply(String callId, boolean isError, String text) {
    return new CallReply(callId, "fetch_page", isError, false, text);
  }

  private static JsonNode tree(String file) {
    return FakeProvider.parsed(FakeProvider.file(file));
  }

  private static List<JsonNode> content(String file) {
    return tree(file).path("content").valueStream().toList();
  }

  private static List<JsonNode> blocks(Answered answered) {
    return answered.answer().path("content").valueStream().toList();
  }
}
