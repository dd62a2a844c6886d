package dev.treadle.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Violation;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Mailer} holds. */
abstract class MailerContract {
  static final String KEY = "0123456789abcdef0123456789abcdef";
  static final String OTHER_KEY = "fedcba9876543210fedcba9876543210";
  static final Mail MAIL = new Mail("sales@example.com", "Prices", "All unchanged.");

  /** The mailer under test; the same one for a whole test. */
  abstract Mailer mailer();

  /** How many mails have been delivered. */
  abstract int deliveredCount() throws IOException;

  @Test
  void aMailIsDelivered() throws IOException {
    assertThat(mailer().send(MAIL, KEY)).isInstanceOf(Mailer.Sent.class);
    assertThat(deliveredCount()).isEqualTo(1);
  }

  @Test
  void twoKeysAreTwoMails() throws IOException {
    mailer().send(MAIL, KEY);
    mailer().send(MAIL, OTHER_KEY);
    assertThat(deliveredCount()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Prices\r\nBcc: everyone@example.com",
        "Prices\nBcc: everyone@example.com",
        "Prices\rBcc: everyone@example.com",
        "Prices\u0000",
        "Prices\u2028Bcc: everyone@example.com"
      })
  void aSubjectCannotBecomeAHeader(String subject) throws IOException {
    assertThat(mailer().send(new Mail(MAIL.to(), subject, MAIL.body()), KEY))
        .isEqualTo(
            new Mailer.Refused(
                List.of(
                    new Violation(
                        "subject", "must be one line without line breaks or control characters"))));
    assertThat(deliveredCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sales",
        "sales@",
        "@example.com",
        "sales@example.com\r\nBcc: everyone@example.com",
        "sales@example.com\n",
        "sales@example.com, everyone@example.com",
        "sales@example.com everyone@example.com",
        "Sales <sales@example.com>",
        "sales@exämple.com",
        "sa..les@example.com",
        "sales@-example.com"
      })
  void aRecipientIsOneMailbox(String to) throws IOException {
    assertThat(mailer().send(new Mail(to, MAIL.subject(), MAIL.body()), KEY))
        .isEqualTo(
            new Mailer.Refused(
                List.of(new Violation("to", "must be one mailbox such as sales@example.com"))));
    assertThat(deliveredCount()).isZero();
  }

  @Test
  void aBodyHasAtMost256KibOfUtf8() throws IOException {
    Mail most = new Mail(MAIL.to(), MAIL.subject(), "é".repeat(128 * 1024));
    assertThat(mailer().send(most, KEY)).isInstanceOf(Mailer.Sent.class);

    Mail more = new Mail(MAIL.to(), MAIL.subject(), most.body() + "x");
    assertThat(mailer().send(more, OTHER_KEY)).isInstanceOf(Mailer.Refused.class);
    assertThat(deliveredCount()).isEqualTo(1);
  }
}
