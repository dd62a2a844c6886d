package dev.treadle.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Secrets;
import dev.treadle.tool.SmtpSettings.Security;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the environment may say about mail, and how a mistake in it is told. */
class SmtpSettingsTest {
  private static final Secrets KNOWN = reference -> "the secret of " + reference;

  @Test
  void aReferenceInPlaceOfThePasswordIsReadWhenMailIsSent() {
    SmtpSettings settings =
        SmtpSettings.fromEnvironment(
                Map.of(
                    "TREADLE_SMTP_URL", "smtps://user@mail.example.com",
                    "TREADLE_SMTP_PASSWORD", "secretsmanager:mail",
                    "TREADLE_MAIL_FROM", "treadle@example.com"),
                KNOWN)
            .orElseThrow();

    assertThat(settings.login().orElseThrow().password().get())
        .isEqualTo("the secret of secretsmanager:mail");
  }

  @Test
  void withoutAnAddressThereAreNoSettings() {
    assertThat(SmtpSettings.fromEnvironment(Map.of(), KNOWN)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "smtps://mail.example.com, mail.example.com, 465, TLS",
    "smtps://mail.example.com:4650, mail.example.com, 4650, TLS",
    "smtp://mail.example.com, mail.example.com, 587, STARTTLS",
    "smtp://127.0.0.1:25, 127.0.0.1, 25, NONE",
    "smtp://localhost:1025, localhost, 1025, NONE",
    "smtp://[::1]:1025, ::1, 1025, NONE",
    "smtps://localhost, localhost, 465, TLS"
  })
  void theAddressSaysHowMailLeaves(String url, String host, int port, Security security) {
    assertThat(settings(Map.of("TREADLE_SMTP_URL", url)))
        .isEqualTo(
            new SmtpSettings(
                host, port, security, Optional.empty(), "a@example.org", Duration.ofSeconds(15)));
  }

  @Test
  void theUserComesFromTheAddressAndThePasswordDoesNot() {
    SmtpSettings settings =
        settings(
            Map.of(
                "TREADLE_SMTP_URL", "smtps://me%40example.com@mail.example.com",
                "TREADLE_SMTP_PASSWORD", "canary"));

    assertThat(settings.login().orElseThrow().user()).isEqualTo("me@example.com");
    assertThat(settings.login().orElseThrow().password().get()).isEqualTo("canary");
    assertThat(settings.toString()).contains("me@example.com").doesNotContain("canary");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://mail.example.com | TREADLE_SMTP_URL must be like",
        "mail.example.com | TREADLE_SMTP_URL must be like",
        "smtps:// | TREADLE_SMTP_URL must be like",
        "smtps://mail.example.com/x | TREADLE_SMTP_URL must be like",
        "smtps://a b | TREADLE_SMTP_URL must be like",
        "smtps://mail.example.com:70000 | port must be 1 to 65535",
        "smtps://me:canary@mail.example.com | must hold no password",
        "smtps://me@mail.example.com | TREADLE_SMTP_PASSWORD must be set"
      })
  void aMistakeIsToldWithItsRule(String url, String rule) {
    assertThatThrownBy(() -> settings(Map.of("TREADLE_SMTP_URL", url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(rule)
        .hasMessageNotContaining("canary");
  }

  @Test
  void mailNeedsASender() {
    assertThatThrownBy(() ->
            SmtpSettings.fromEnvironment(
                Map.of("TREADLE_SMTP_URL", "smtps://mail.example.com"), KNOWN))
        .hasMessageContaining("TREADLE_MAIL_FROM must be one mailbox");
  }

  @Test
  void mailLeavesThisMachineOnlyOverTls() {
    assertThatThrownBy(() ->
            new SmtpSettings(
                "mail.example.com",
                25,
                Security.NONE,
                Optional.empty(),
                "a@example.org",
                Duration.ofSeconds(15)))
        .hasMessageContaining("without TLS to loopback only");
  }

  private static SmtpSettings settings(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("TREADLE_MAIL_FROM", "a@example.org");
    return SmtpSettings.fromEnvironment(environment, KNOWN).orElseThrow();
  }
}
