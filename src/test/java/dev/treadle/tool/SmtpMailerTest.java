package dev.treadle.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Violation;
import dev.treadle.tool.SmtpSettings.Login;
import dev.treadle.tool.SmtpSettings.Security;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a mail for everything that a server may do, and that it is handed over once. */
class SmtpMailerTest extends MailerContract {
  private static final String CANARY = "canary-password";
  private static final Mail DOTTED = new Mail("sales@example.com", "Prices", ".\n..x\n");
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-22T10:00:00Z"));

  private FakeMailServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeMailServer(false);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void aMailThatTheServerTookIsSent() throws IOException {
    Mailer.Delivery delivery = mailer().send(DOTTED, KEY);

    assertThat(delivery).isEqualTo(new Mailer.Sent(KEY, "<" + KEY + "@example.org>"));
    assertThat(server.mails())
        .containsExactly(
            MailText.of(DOTTED, "agent@example.org", "<" + KEY + "@example.org>", CLOCK.instant()));
    assertThat(server.heard())
        .startsWith(
            "EHLO [127.0.0.1]",
            "MAIL FROM:<agent@example.org>",
            "RCPT TO:<sales@example.com>",
            "DATA");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."})
  void aPassingRefusalAnywhereMeansThatItDidNotHappen(String command) throws IOException {
    server.at(command, "451 4.7.1 try later");

    Mailer.Unavailable unavailable = (Mailer.Unavailable) mailer().send(MAIL, KEY);

    assertThat(unavailable.why())
        .startsWith("127.0.0.1 did not take")
        .endsWith("451 4.7.1 try later");
    assertThat(unavailable.after()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"MAIL, from", "RCPT, to", "DATA, body", "., body"})
  void aLastingRefusalOfTheMailNamesWhatWasRefused(String command, String field)
      throws IOException {
    server.at(command, "550-5.1.1 no such\r\n550 5.1.1 mailbox");

    Mailer.Refused refused = (Mailer.Refused) mailer().send(MAIL, KEY);

    assertThat(refused.violations()).extracting(Violation::field).containsExactly(field);
    assertThat(refused.violations().getFirst().rule()).endsWith("550 5.1.1 no such 5.1.1 mailbox");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT", "EHLO"})
  void aServerThatTakesNobodyIsUnavailable(String command) throws IOException {
    server.at(command, "554 no service");

    assertThat(mailer().send(MAIL, KEY)).isInstanceOf(Mailer.Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT", "EHLO", "MAIL", "RCPT", "DATA"})
  void aConnectionLostBeforeTheEndMeansThatItDidNotHappen(String command) throws IOException {
    server.at(command, FakeMailServer.HANG_UP);

    Mailer.Unavailable unavailable = (Mailer.Unavailable) mailer().send(MAIL, KEY);

    assertThat(unavailable.why()).startsWith("the mail did not get to 127.0.0.1");
    assertThat(server.mails()).isEmpty();
  }

  @Test
  void aReplyLostAfterTheEndIsUnknown() throws IOException {
    server.at(".", FakeMailServer.HANG_UP);

    assertUnknown("the server hung up", Duration.ofSeconds(10));
    assertThat(server.mails()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {FakeMailServer.SILENCE, FakeMailServer.DRIP})
  void aReplyThatDoesNotComeInTimeAfterTheEndIsUnknown(String behaviour) throws IOException {
    server.at(".", behaviour);

    assertUnknown("it took longer than", Duration.ofMillis(1_500));
  }

  @ParameterizedTest
  @ValueSource(strings = {"what?", "999 odd", "25", "250-one\r\n550 two"})
  void aReplyThatMeansNothingAfterTheEndIsUnknown(String reply) throws IOException {
    server.at(".", reply);

    assertUnknown("the server does not speak SMTP", Duration.ofSeconds(10));
  }

  @Test
  void aReplyThatAsksForMoreAfterTheEndIsUnknown() throws IOException {
    server.at(".", "354 more");

    assertThatThrownBy(() -> mailer().send(MAIL, KEY))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nobody knows");
  }

  @ParameterizedTest
  @CsvSource({"CONNECT, silence", "MAIL, silence", "DATA, drip"})
  void aServerThatIsSlowBeforeTheEndIsUnavailable(String command, String behaviour)
      throws IOException {
    server.at(command, behaviour);

    Mailer.Unavailable unavailable =
        (Mailer.Unavailable) mailer(Duration.ofMillis(300)).send(MAIL, KEY);

    assertThat(unavailable.why()).contains("it took longer than");
  }

  @Test
  void aClosedPortIsUnavailable() throws IOException {
    server.close();

    assertThat(mailer().send(MAIL, KEY)).isInstanceOf(Mailer.Unavailable.class);
  }

  @Test
  void everyMailIsHandedOverOnceWhateverIsAnswered() throws IOException {
    server.at(".", "451 later");

    mailer().send(MAIL, KEY);

    assertThat(server.mails()).hasSize(1);
    assertThat(server.heard()).filteredOn(line -> line.startsWith("EHLO")).hasSize(1);
  }

  @Test
  void aMailThatBreaksRulesReachesNoServer() throws IOException {
    assertThat(mailer().send(new Mail("a@b\r\nRCPT TO:<c@d>", "s", "b"), KEY))
        .isInstanceOf(Mailer.Refused.class);
    assertThatThrownBy(() -> mailer().send(MAIL, "0\r\nDATA"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(server.heard()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theLoginGoesOverTls(boolean tlsFirst) throws IOException {
    start(tlsFirst).at("EHLO", "250-mail.example.com\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN");

    assertThat(mailer(tlsFirst ? Security.TLS : Security.STARTTLS, "localhost").send(MAIL, KEY))
        .isInstanceOf(Mailer.Sent.class);

    String plain =
        Base64.getEncoder().encodeToString(("\0me\0" + CANARY).getBytes(StandardCharsets.UTF_8));
    assertThat(server.heard()).contains("AUTH PLAIN " + plain);
    if (!tlsFirst) {
      assertThat(server.heard()).startsWith("EHLO [127.0.0.1]", "STARTTLS", "EHLO [127.0.0.1]");
    }
  }

  @Test
  void aServerThatOffersNoTlsIsToldNothing() throws IOException {
    assertThat(mailer(Security.STARTTLS, "localhost").send(MAIL, KEY))
        .isEqualTo(new Mailer.Unavailable("localhost does not offer STARTTLS", Duration.ZERO));
    assertThat(server.heard()).noneMatch(line -> line.startsWith("AUTH"));
  }

  @Test
  void aCertificateThatNobodyTrustsIsToldNothing() throws IOException {
    start(true);
    SmtpMailer careful =
        new SmtpMailer(
            settings(Security.TLS, "localhost", Duration.ofSeconds(10)),
            CLOCK,
            (SSLSocketFactory) SSLSocketFactory.getDefault());

    assertThat(careful.send(MAIL, KEY)).isInstanceOf(Mailer.Unavailable.class);
    assertThat(server.heard()).isEmpty();
  }

  @Test
  void aCertificateOfAnotherHostIsToldNothing() throws IOException {
    server.close();
    server = new FakeMailServer(true, "mail.example.com");
    SmtpMailer trusting =
        new SmtpMailer(
            settings(Security.TLS, "localhost", Duration.ofSeconds(10)),
            CLOCK,
            FakeMailServer.tls("mail.example.com").getSocketFactory());

    Mailer.Unavailable unavailable = (Mailer.Unavailable) trusting.send(MAIL, KEY);

    assertThat(unavailable.why()).contains("matching localhost");
    assertThat(server.heard()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"535 5.7.8 wrong: me " + CANARY, "454 later " + CANARY})
  void aRefusedLoginDoesNotTellThePassword(String reply) throws IOException {
    start(true).at("AUTH", reply);

    Mailer.Delivery delivery = mailer(Security.TLS, "localhost").send(MAIL, KEY);

    assertThat(delivery)
        .isEqualTo(
            new Mailer.Unavailable(
                "localhost refused the login with " + reply.substring(0, 3), Duration.ZERO));
  }

  @Test
  void aMailWhoseReplyWasLostCannotBeLookedUp() throws IOException {
    assertThat(SendMail.by(mailer()).terms().readBack()).isEmpty();
  }

  private void assertUnknown(String why, Duration timeLimit) {
    assertThatThrownBy(() -> mailer(timeLimit).send(MAIL, KEY))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nobody knows whether it was taken")
        .hasMessageContaining(why);
  }

  private FakeMailServer start(boolean tlsFirst) throws IOException {
    server.close();
    server = new FakeMailServer(tlsFirst);
    return server;
  }

  @Override
  Mailer mailer() {
    return mailer(Duration.ofSeconds(10));
  }

  @Override
  int deliveredCount() {
    return server.mails().size();
  }

  private SmtpMailer mailer(Duration timeLimit) {
    SmtpSettings settings =
        new SmtpSettings(
            "127.0.0.1",
            server.port(),
            Security.NONE,
            Optional.empty(),
            "agent@example.org",
            timeLimit);
    return new SmtpMailer(settings, CLOCK);
  }

  private SmtpMailer mailer(Security security, String host) {
    return new SmtpMailer(
        settings(security, host, Duration.ofSeconds(10)),
        CLOCK,
        FakeMailServer.tls("localhost").getSocketFactory());
  }

  private SmtpSettings settings(Security security, String host, Duration timeLimit) {
    return new SmtpSettings(
        host,
        server.port(),
        security,
        Optional.of(new Login("me", () -> CANARY)),
        "agent@example.org",
        timeLimit);
  }
}
