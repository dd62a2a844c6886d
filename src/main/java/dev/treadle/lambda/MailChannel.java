package dev.treadle.lambda;

import dev.treadle.approval.Approver;
import dev.treadle.tool.Mail;
import dev.treadle.tool.Mailer;
import dev.treadle.web.ApprovalMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Mail, for every address that is a mailbox. */
record MailChannel(Mailer mailer) implements Channel {
  @Override
  public boolean reaches(String address) {
    return !address.contains("://");
  }

  @Override
  public String tell(Approver person, ApprovalMessage message, String key) throws IOException {
    Mail mail = new Mail(person.address(), message.subject(), message.body());
    return switch (mailer.send(mail, key)) {
      case Mailer.Sent(var _, String messageId) -> "mail " + messageId;
      case Mailer.Refused(List<?> violations) -> throw new IOException("refused: " + violations);
      case Mailer.Unavailable(String why, Duration _) -> throw new IOException(why);
    };
  }
}
