package dev.treadle.tool;

import dev.treadle.Violation;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;

/**
 * Hands mail to a server over SMTP, once per call.
 *
 * <p>SMTP keeps no record of keys: a second call with the same key sends a second mail, with the
 * same {@code Message-ID}, and no server can be asked whether the first one left.
 *
 * <pre>
 * 250 after the mail's end                                  →  Sent
 * any failure before its end, 4xx                           →  Unavailable: it did not happen
 * 5xx to the sender, the recipient or the mail              →  Refused
 * the reply to its end is lost                              →  IOException: nobody knows
 * </pre>
 */
public final class SmtpMailer implements Mailer {
  private static final Pattern LEGAL_KEY = Pattern.compile("[0-9a-f]{32}");

  private final SmtpSettings settings;
  private final InstantSource clock;
  private final SSLSocketFactory tls;

  public SmtpMailer(SmtpSettings settings, InstantSource clock) {
    this(settings, clock, (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  SmtpMailer(SmtpSettings settings, InstantSource clock, SSLSocketFactory tls) {
    this.settings = settings;
    this.clock = clock;
    this.tls = tls;
  }

  @Override
  public Delivery send(Mail mail, String key) throws IOException {
    if (!LEGAL_KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("a mail's key is 32 hex digits, was \"" + key + '"');
    }
    List<Violation> violations = mail.violations();
    if (!violations.isEmpty()) return new Refused(violations);
    String messageId = messageId(key);
    try (SmtpDialog dialog = new SmtpDialog(settings, tls)) {
      try {
        dialog.open();
        dialog.envelope(settings.from(), mail.to());
        dialog.text(MailText.of(mail, settings.from(), messageId, clock.instant()));
      } catch (SmtpDialog.Declined declined) {
        return declined(declined);
      } catch (IOException broken) {
        return unavailable(
            "the mail did not get to " + settings.host() + ": " + why(broken, dialog));
      }
      return handedOver(dialog, key, messageId);
    }
  }

  /** From here on the server may have taken the mail, whatever becomes of its reply. */
  private Delivery handedOver(SmtpDialog dialog, String key, String messageId) throws IOException {
    SmtpDialog.Reply reply;
    try {
      reply = dialog.end();
    } catch (IOException lost) {
      throw new IOException(
          "the mail was handed to %s and the reply was lost; nobody knows whether it was taken: %s"
              .formatted(settings.host(), why(lost, dialog)),
          lost);
    }
    String said = "%s did not take the mail: %s".formatted(settings.host(), reply.text());
    if (reply.isDone()) return new Sent(key, messageId);
    if (reply.isRefusal()) return refused("body", said);
    if (reply.isPassing()) return unavailable(said);
    throw new IOException(said + "; nobody knows whether it was taken");
  }

  private static Delivery declined(SmtpDialog.Declined declined) {
    String said = String.valueOf(declined.getMessage());
    if (!declined.isLasting()) return unavailable(said);
    return switch (declined.part()) {
      case RECIPIENT -> refused("to", said);
      case SENDER -> refused("from", said);
      case MAIL -> refused("body", said);
      case CONNECTION -> unavailable(said);
    };
  }

  private static Delivery refused(String field, String said) {
    return new Refused(List.of(new Violation(field, "was refused: " + said)));
  }

  private static Delivery unavailable(String why) {
    return new Unavailable(why, Duration.ZERO);
  }

  private String why(IOException broken, SmtpDialog dialog) {
    if (dialog.isLate()) return "it took longer than " + settings.timeLimit().toSeconds() + " s";
    String message = broken.getMessage();
    return message == null ? broken.getClass().getSimpleName() : message;
  }

  private String messageId(String key) {
    return "<" + key + settings.from().substring(settings.from().indexOf('@')) + ">";
  }
}
