package dev.treadle.llm.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Secrets;
import dev.treadle.llm.Message;
import dev.treadle.llm.ModelReply;
import dev.treadle.llm.ModelRequest;
import dev.treadle.llm.Models;
import dev.treadle.llm.remote.FakeProvider;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the environment may say, and how a mistake in it is told. */
class ModelSettingsTest {
  private static final String CANARY = "sk-ant-canary-0123456789";
  private static final ModelSettings.Access ACCESS =
      new ModelSettings.Access(
          reference -> {
            throw new Secrets.Unreadable(reference, "the test has none");
          },
          (_, _) -> Map.of("authorization", "signed"));

  @Test
  void withoutAKeyAndAModelThereAreNoModels() {
    assertThat(models(Map.of())).isEmpty();
    assertThat(models(Map.of("ANTHROPIC_API_KEY", " ", "TREADLE_MODEL", ""))).isEmpty();
  }

  @Test
  void aKeyAloneIsEnough() {
    assertThat(with(Map.of()).byName()).containsOnlyKeys("default");
    assertThat(with(Map.of()).toString())
        .contains("https://api.anthropic.com/v1/messages")
        .doesNotContain("canary");
  }

  @Test
  void agentsMayUseModelsOfSeveralProviders() {
    Models models =
        with(
            Map.of(
                "TREADLE_MODEL",
                "claude-opus-5, fast = openai:small, far=bedrock:eu.vendor.large-v1:0",
                "OPENAI_BASE_URL",
                "http://127.0.0.1:11434/v1",
                "AWS_REGION",
                "eu-central-1",
                "TREADLE_MODEL_PRICES",
                "small=free,eu.vendor.large-v1:0=1/2/3/4",
                "TREADLE_MODEL_WINDOWS",
                "small=8192"));

    assertThat(models.byName()).containsOnlyKeys("default", "fast", "far");
    assertThat(models.toString())
        .contains("http://127.0.0.1:11434/v1/chat/completions")
        .contains(
            "https://bedrock-runtime.eu-central-1.amazonaws.com/model/eu.vendor.large-v1%3A0/converse");
    assertThat(models.named("default").orElseThrow().windowTokens()).isEqualTo(200_000);
    assertThat(models.named("fast").orElseThrow().windowTokens()).isEqualTo(8_192);
    assertThat(models.named("far").orElseThrow().windowTokens()).isEqualTo(32_768);
    assertThat(models.named("fast").orElseThrow().reserveFor(10_000, 100).costMicros()).isZero();
    // 12,000 tokens at the dearest of its prices, and 100 x $2.
    assertThat(models.named("far").orElseThrow().reserveFor(10_000, 100).costMicros())
        .isEqualTo(48_000 + 200);
  }

  @Test
  void anUnknownPriceIsSaidAndNeverTakenForZero() {
    for (String model : List.of("claude-next", "openai:claude-next", "bedrock:claude-next")) {
      assertThatThrownBy(() -> with(Map.of("TREADLE_MODEL", model)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("TREADLE_MODEL: no price is known for \"claude-next\"")
          .hasMessageContaining("TREADLE_MODEL_PRICES=claude-next=3/15/3.75/0.30");
    }
  }

  @Test
  void aGivenPriceWinsOverTheKnownOne() {
    Models models =
        with(
            Map.of(
                "TREADLE_MODEL", "claude-opus-5", "TREADLE_MODEL_PRICES", "claude-opus-5=1/2/3/4"));

    assertThat(models.named("default").orElseThrow().reserveFor(0, 1_000_000).costMicros())
        .isEqualTo(8_000 + 2_000_000);
  }

  @Test
  void parametersJoinWhatAModelNeedsAnyway() throws IOException {
    JsonNode asked =
        asked(
            Map.of(
                "TREADLE_MODEL", "claude-opus-5-5",
                "TREADLE_MODEL_PARAMETERS", "{\"output_config\": {\"effort\": \"low\"}}"));

    assertThat(asked.path("thinking").path("type").asText()).isEqualTo("adaptive");
    assertThat(asked.at("/output_config/effort").asText()).isEqualTo("low");
    assertThat(asked.toString()).contains("cache_control");
  }

  @Test
  void eachModelMayHaveItsOwnParametersAndCachingMayBeOff() throws IOException {
    JsonNode asked =
        asked(
            Map.of(
                "TREADLE_MODEL", "claude-opus-5,fast=claude-haiku-4-5",
                "TREADLE_MODEL_CACHING", "off",
                "TREADLE_MODEL_PARAMETERS",
                    "{\"fast\": {\"temperature\": 1}, \"default\": {\"temperature\": 0.5}}"));

    assertThat(asked.path("temperature").asDouble()).isEqualTo(0.5);
    assertThat(asked.has("fast") || asked.has("default")).isFalse();
    assertThat(asked.toString()).doesNotContain("cache_control");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ANTHROPIC_BASE_URL | http://api.example.com | https, or http on loopback",
        "ANTHROPIC_BASE_URL | ftp://127.0.0.1 | https, or http on loopback",
        "ANTHROPIC_BASE_URL | api.example.com | https, or http on loopback",
        "ANTHROPIC_BASE_URL | https://me:pw@api.example.com | no user",
        "ANTHROPIC_BASE_URL | https://api.example.com/?a=b | no user, query",
        "ANTHROPIC_BASE_URL | https://a b | ANTHROPIC_BASE_URL: must be an address",
        "TREADLE_MODEL | claude-opus-5, | TREADLE_MODEL: must be like",
        "TREADLE_MODEL | =claude-opus-5 | TREADLE_MODEL: must be like",
        "TREADLE_MODEL | openai: | names no model after openai:",
        "TREADLE_MODEL | claude-opus-5,claude-opus-4-8 | two entries for \"default\"",
        "TREADLE_MODEL_PRICES | claude-next=3/15 | TREADLE_MODEL_PRICES: must be like",
        "TREADLE_MODEL_PRICES | claude-next=0/15/1/1 | dollars above zero",
        "TREADLE_MODEL_PRICES | claude-next=0/0/0/0 | dollars above zero",
        "TREADLE_MODEL_PRICES | claude-next=1/2/3/x | found \"claude-next=1/2/3/x\"",
        "TREADLE_MODEL_PRICES | =1/2/3/4 | TREADLE_MODEL_PRICES: must be like",
        "TREADLE_MODEL_WINDOWS | claude-next=big | TREADLE_MODEL_WINDOWS: must be like",
        "TREADLE_MODEL_WINDOWS | claude-next=999 | at least 1000",
        "TREADLE_MODEL_CACHING | maybe | must be on or off",
        "TREADLE_MODEL_PARAMETERS | [] | TREADLE_MODEL_PARAMETERS: must be a JSON object",
        "TREADLE_MODEL_PARAMETERS | { | TREADLE_MODEL_PARAMETERS: must be JSON",
        "TREADLE_MODEL_PARAMETERS | {\"max_tokens\": 1} | found \"max_tokens\""
      })
  void aMistakeIsToldWithItsRule(String variable, String value, String rule) {
    assertThatThrownBy(() -> with(Map.of(variable, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(rule)
        .hasMessageNotContaining("canary");
  }

  @ParameterizedTest
  @CsvSource({
    "claude-opus-5, ANTHROPIC_API_KEY",
    "openai:m, OPENAI_API_KEY",
    "bedrock:m, AWS_REGION"
  })
  void aModelWithoutWhatLetsItsRequestsInIsRefused(String model, String variable) {
    assertThatThrownBy(
            () -> models(Map.of("TREADLE_MODEL", model, "TREADLE_MODEL_PRICES", "m=1/1/1/1")))
        .hasMessageStartingWith(variable + ": is not set");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://localhost:8080", "http://127.0.0.1:9/x/", "http://[::1]:1", "https://a.b"})
  void gatewaysOverTlsOrOnLoopbackMayStandInBetween(String url) {
    assertThat(with(Map.of("ANTHROPIC_BASE_URL", url)).toString()).contains(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:secretsmanager:eu-central-1:1:secret:key",
        "secretsmanager:key",
        "ssm:/key"
      })
  void aReferenceIsReadForEachRequestAndNeverSent(String reference) throws IOException {
    try (FakeProvider provider = new FakeProvider("anthropic")) {
      provider.thenFile("text.json");
      Map<String, String> environment =
          Map.of("ANTHROPIC_API_KEY", reference, "ANTHROPIC_BASE_URL", provider.url().toString());
      Map<String, String> secrets = new HashMap<>(Map.of(reference, "sk-old"));
      Models models =
          ModelSettings.models(
                  environment,
                  new ModelSettings.Access(secrets::get, ACCESS.iam()),
                  InstantSource.system())
              .orElseThrow();
      secrets.put(reference, "sk-new");
      models.named("default").orElseThrow().ask(hello());

      assertThat(provider.asked().getFirst().headers().getFirst("x-api-key")).isEqualTo("sk-new");
    }
  }

  @Test
  void aSecretThatCannotBeReadIsAFaultThatPasses() {
    ModelReply reply =
        with(Map.of("ANTHROPIC_API_KEY", "secretsmanager:key"))
            .named("default")
            .orElseThrow()
            .ask(hello());

    assertThat(((ModelReply.Unavailable) reply).why())
        .isEqualTo("the API key could not be read: Unreadable");
  }

  private static JsonNode asked(Map<String, String> environment) throws IOException {
    try (FakeProvider provider = new FakeProvider("anthropic")) {
      provider.thenFile("text.json");
      Map<String, String> all = new HashMap<>(environment);
      all.put("ANTHROPIC_BASE_URL", provider.url().toString());
      with(all).named("default").orElseThrow().ask(hello());
      return provider.asked().getFirst().body();
    }
  }

  private static ModelRequest hello() {
    return new ModelRequest(
        "default",
        "Be brief.",
        List.of(new Message.ToModel(List.of(), List.of("Hello."))),
        List.of(),
        64,
        Duration.ofSeconds(20));
  }

  private static Models with(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(Map.of("ANTHROPIC_API_KEY", CANARY + "\n"));
    environment.putAll(more);
    return models(environment).orElseThrow();
  }

  private static Optional<Models> models(Map<String, String> environment) {
    return ModelSettings.models(environment, ACCESS, InstantSource.system());
  }
}
