package dev.treadle.llm.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Json;
import dev.treadle.llm.anthropic.AnthropicSettings.ChosenModel;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the environment may say, and how a mistake in it is told. */
class AnthropicSettingsTest {
  private static final String CANARY = "sk-ant-canary-0123456789";

  @Test
  void withoutAKeyThereAreNoSettings() {
    assertThat(AnthropicSettings.fromEnvironment(Map.of())).isEmpty();
    assertThat(AnthropicSettings.fromEnvironment(Map.of("ANTHROPIC_API_KEY", " "))).isEmpty();
  }

  @Test
  void aKeyAloneIsEnough() {
    AnthropicSettings settings = settings(Map.of());

    assertThat(settings.baseUrl()).isEqualTo(URI.create("https://api.anthropic.com"));
    assertThat(settings.models()).containsOnlyKeys("default");
    assertThat(settings.apiKey().get()).isEqualTo(CANARY);
    assertThat(AnthropicModel.all(settings, InstantSource.system()).named("default")).isPresent();
  }

  @Test
  void agentsMayUseSeveralModels() {
    AnthropicSettings settings =
        settings(Map.of("TREADLE_MODEL", "claude-opus-5, fast = claude-haiku-4-5-20251001"));

    assertThat(settings.models()).containsOnlyKeys("default", "fast");
    assertThat(settings.models().get("default"))
        .isEqualTo(
            new ChosenModel(
                "claude-opus-5",
                new Price(5_000_000, 25_000_000, 6_250_000, 500_000),
                Json.object()));
    assertThat(settings.models().get("fast").name()).isEqualTo("claude-haiku-4-5-20251001");
    assertThat(settings.models().get("fast").price().output()).isEqualTo(5_000_000);
  }

  @Test
  void aModelWithoutAPriceIsRefused() {
    assertThatThrownBy(() -> settings(Map.of("TREADLE_MODEL", "claude-next")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("TREADLE_MODEL: no price is known for \"claude-next\"")
        .hasMessageContaining("TREADLE_MODEL_PRICES=claude-next=3/15/3.75/0.30");
  }

  @Test
  void aPriceMayBeGivenAndWinsOverTheKnownOne() {
    AnthropicSettings settings =
        settings(
            Map.of(
                "TREADLE_MODEL", "claude-next,other=claude-opus-5",
                "TREADLE_MODEL_PRICES", "claude-next=3/15/3.75/0.30,claude-opus-5=1/2/3/4"));

    assertThat(settings.models().get("default").price())
        .isEqualTo(new Price(3_000_000, 15_000_000, 3_750_000, 300_000));
    assertThat(settings.models().get("other").price().cacheRead()).isEqualTo(4_000_000);
  }

  @Test
  void parametersJoinWhatAModelNeedsAnyway() {
    AnthropicSettings settings =
        settings(
            Map.of(
                "TREADLE_MODEL", "claude-opus-5-5",
                "TREADLE_MODEL_PARAMETERS", "{\"output_config\": {\"effort\": \"low\"}}"));

    assertThat(settings.models().get("default").parameters())
        .isEqualTo(
            FakeProvider.parsed(
                """
                {"thinking": {"type": "adaptive",
                              "block_binding": {"prefix_mismatch_behavior": "drop_block"}},
                 "output_config": {"effort": "low"}}
                """));
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
        "TREADLE_MODEL | claude-opus-5,claude-opus-4-8 | two models for \"default\"",
        "TREADLE_MODEL_PRICES | claude-next=3/15 | TREADLE_MODEL_PRICES: must be like",
        "TREADLE_MODEL_PRICES | claude-next=0/15/1/1 | dollars above zero",
        "TREADLE_MODEL_PRICES | claude-next=1/2/3/x | found \"claude-next=1/2/3/x\"",
        "TREADLE_MODEL_PRICES | =1/2/3/4 | TREADLE_MODEL_PRICES: must be like",
        "TREADLE_MODEL_PARAMETERS | [] | TREADLE_MODEL_PARAMETERS: must be a JSON object",
        "TREADLE_MODEL_PARAMETERS | { | TREADLE_MODEL_PARAMETERS: must be JSON",
        "TREADLE_MODEL_PARAMETERS | {\"max_tokens\": 1} | found \"max_tokens\""
      })
  void aMistakeIsToldWithItsRule(String variable, String value, String rule) {
    assertThatThrownBy(() -> settings(Map.of(variable, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(rule)
        .hasMessageNotContaining("canary");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://localhost:8080", "http://127.0.0.1:9/x/", "http://[::1]:1", "https://a.b"})
  void gatewaysOverTlsOrOnLoopbackMayStandInBetween(String url) {
    assertThat(settings(Map.of("ANTHROPIC_BASE_URL", url)).baseUrl()).hasToString(url);
  }

  @Test
  void theKeyIsNotShown() {
    assertThat(settings(Map.of()).toString()).contains("claude").doesNotContain("canary");
  }

  private static AnthropicSettings settings(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("ANTHROPIC_API_KEY", CANARY + "\n");
    return AnthropicSettings.fromEnvironment(environment).orElseThrow();
  }
}
