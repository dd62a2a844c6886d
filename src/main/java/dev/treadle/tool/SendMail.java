package dev.treadle.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.BlastRadius;
import dev.treadle.Json;
import dev.treadle.Outward;
import dev.treadle.Preview;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.Violation;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The tool that mails a text to one person. */
public final class SendMail {
  public static final String NAME = "send_mail";

  private SendMail() {}

  /** A mail whose outcome is unknown is looked up, where the mailer can be asked. */
  public static Tool by(Mailer mailer) {
    Tool tool =
        Tool.irreversible(
                NAME,
                "Sends a plain text mail to one mailbox. It cannot be taken back.",
                BlastRadius.MEDIUM,
                Mail.class,
                (mail, invocation) -> send(mailer, mail, invocation.key()))
            .reaching(Outward.by("to"))
            .shownAs(new Tool.Review(SendMail::title, SendMail::preview, Set.of()));
    return mailer instanceof RecordingMailer recording
        ? tool.withReadBack(
            (_, invocation) -> recording.find(invocation.key()).map(ToolOutcome::succeeded))
        : tool;
  }

  private static String title(JsonNode mail) {
    return "Send a mail to " + mail.path("to").asText();
  }

  private static List<Preview> preview(JsonNode mail) {
    return List.of(
        Preview.text("To", mail.path("to").asText()),
        Preview.text("Subject", mail.path("subject").asText()),
        Preview.text("Body", mail.path("body").asText()));
  }

  private static ToolOutcome send(Mailer mailer, Mail mail, String key) throws IOException {
    return switch (mailer.send(mail, key)) {
      case Mailer.Sent sent -> new ToolOutcome.Succeeded(Json.tree(sent));
      case Mailer.Refused(var violations) ->
          ToolOutcome.failed(
              "not sent: "
                  + violations.stream().map(Violation::toString).collect(Collectors.joining("; ")));
      case Mailer.Unavailable(String why, var after) -> new ToolOutcome.Unavailable(why, after);
    };
  }
}
