package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private static final Invocation CALL =
      new Invocation(new TaskId("t-1"), 1, "k".repeat(32), Duration.ofSeconds(1), List::of);

  /** No arguments. */
  public record Nothing() {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "401 for sk-ant-api03-abcdefgh: no | 401 for [hidden]: no",
        "Authorization: Bearer eyJhbGciOi.abc-def | Authorization: Bearer [hidden]",
        "{\"x-api-key\": \"0123456789abcdef\"} | {\"x-api-key\": \"[hidden]\"}",
        "password=hunter2hunter2&a=b | password=[hidden]&a=b",
        "AKIAIOSFODNN7EXAMPLE signed it | [hidden] signed it",
        "Authorization: Basic dXNlcjpwYXNzd29yZA== | Authorization: Basic [hidden]"
      })
  void whatLooksLikeASecretIsHidden(String said, String shown) {
    assertThat(Redaction.byShape(said)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the task-id is pricing-20261123-044059",
        "3,945 tokens were used of the budget of tokens",
        "a basic description of the bearer of news",
        "ask-and-answer"
      })
  void ordinaryWordsStay(String said) {
    assertThat(Redaction.byShape(said)).isEqualTo(said);
  }

  @Test
  void whateverAToolThrowsTellsNoSecret() throws Exception {
    Redaction redaction = Redaction.ofEnvironment(Map.of("DB_PASSWORD", "correct horse"));
    Tool leaking =
        Tool.irreversible(
            "leak",
            "Fails.",
            BlastRadius.LOW,
            Nothing.class,
            (_, _) -> {
              throw new GeneralSecurityException("no login with correct horse");
            });
    Tool quiet = around(redaction, leaking);
    assertThatThrownBy(() -> quiet.body().perform(Json.object(), CALL))
        .hasMessage("no login with [hidden]");

    Tool stopped =
        leaking.performing((_, _) -> {
          throw new InterruptedException("correct horse");
        });
    assertThatThrownBy(() -> around(redaction, stopped).body().perform(Json.object(), CALL))
        .isInstanceOf(InterruptedException.class);
  }

  private static Tool around(Redaction redaction, Tool tool) {
    Agent agent = Agent.named("clerk").tool(tool).build();
    return redaction.around(agent).tools().getFirst();
  }

  @Test
  void secretsOfTheEnvironmentAreHiddenWhateverTheyLookLike() {
    Redaction redaction =
        Redaction.ofEnvironment(
            Map.of(
                "ANTHROPIC_API_KEY", "plain words as a key",
                "TREADLE_SMTP_PASSWORD", "correct horse",
                "OPENAI_API_KEY", "secretsmanager:models/key",
                "DB_TOKEN", "short",
                "TREADLE_MODEL", "claude-opus-5"));
    redaction.hide("plain words as a key, and more");

    assertThat(redaction.of("it said: plain words as a key, and more; correct horse; short"))
        .isEqualTo("it said: [hidden]; [hidden]; short");
    assertThat(redaction.of("secretsmanager:models/key of claude-opus-5"))
        .isEqualTo("secretsmanager:models/key of claude-opus-5");
    assertThat(redaction.toString()).isEqualTo("Redaction[3 known]");
  }
}
