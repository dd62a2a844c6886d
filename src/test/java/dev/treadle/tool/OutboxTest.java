package dev.treadle.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Gate;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest extends RecordingMailerContract {
  @TempDir Path folder;
  private Outbox outbox;

  @BeforeEach
  void open() {
    outbox =
        new Outbox(
            folder.resolve("outbox"),
            "treadle@example.com",
            () -> Instant.parse("2026-11-03T06:07:08Z"));
  }

  @Override
  RecordingMailer mailer() {
    return outbox;
  }

  @Override
  int deliveredCount() throws IOException {
    Path outboxFolder = folder.resolve("outbox");
    if (!Files.exists(outboxFolder)) return 0;
    try (var files = Files.list(outboxFolder)) {
      // Everything that is there, so that a forgotten draft would be counted too.
      return (int) files.count();
    }
  }

  @Test
  void aMailIsAFileThatAMailProgramReads() throws IOException {
    outbox.send(new Mail("sales@example.com", "Prices", "Grün = 1\nEnd "), KEY);
    assertThat(text())
        .isEqualTo(
            """
            From: treadle@example.com
            To: sales@example.com
            Subject: Prices
            Date: Tue, 3 Nov 2026 06:07:08 +0000
            Message-ID: <0123456789abcdef0123456789abcdef@treadle.local>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=UTF-8
            Content-Transfer-Encoding: quoted-printable

            Gr=C3=BCn =3D 1
            End=20
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void aUnicodeSubjectComesBackWhole() throws IOException {
    String subject = "Preise: 3 Änderungen, 😀 ".repeat(8).strip();
    outbox.send(new Mail(MAIL.to(), subject, "x"), KEY);

    StringBuilder decoded = new StringBuilder();
    var word = Pattern.compile("=\\?UTF-8\\?B\\?([^?]*)\\?=").matcher(text());
    while (word.find()) {
      assertThat(word.group()).hasSizeLessThanOrEqualTo(75);
      decoded.append(new String(Base64.getDecoder().decode(word.group(1)), StandardCharsets.UTF_8));
    }
    assertThat(decoded).hasToString(subject);
  }

  @Test
  void aSubjectThatLooksEncodedArrivesAsWritten() throws IOException {
    outbox.send(new Mail(MAIL.to(), "=?UTF-8?B?QmNj?=", "x"), KEY);
    assertThat(text()).doesNotContain("QmNj?=").contains("Subject: =?UTF-8?B?");
  }

  @Test
  void noLineIsLongerThan76CharactersAndTheBodyComesBackWhole() throws IOException {
    String body = "ä€😀=\t ".repeat(500) + "\n" + "x".repeat(2_000) + "\n.\n\u0000 \n";
    outbox.send(new Mail(MAIL.to(), "s".repeat(200), body), KEY);

    assertThat(text().split("\r\n")).allSatisfy(line -> assertThat(line.length()).isLessThan(78));
    assertThat(text().replace("\r\n", "")).doesNotContain("\n", "\r", "\u0000");
    String encoded = text().substring(text().indexOf("\r\n\r\n") + 4);
    assertThat(quotedPrintableDecoded(encoded)).isEqualTo(body.replace("\n", "\r\n") + "\r\n");
  }

  @Test
  void aDeliveredMailIsNeverOverwritten() throws IOException {
    outbox.send(MAIL, KEY);
    String first = text();
    outbox.send(new Mail(MAIL.to(), "Other", "Other"), KEY);
    assertThat(text()).isEqualTo(first);
  }

  @Test
  void aKeyCannotLeaveTheFolder() {
    assertThatThrownBy(() -> outbox.send(MAIL, "../../../../etc/passwd"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32 hex digits");
  }

  @Test
  void theToolIsAskedForAndCanBeReadBack() throws Exception {
    Tool tool = SendMail.by(outbox);
    Invocation invocation =
        new Invocation(new TaskId("t-1"), 1, KEY, Duration.ofSeconds(20), List::of);
    var readBack = tool.terms().readBack().orElseThrow();

    assertThat(Gate.STANDARD.judge(Gate.Subject.of(tool, Optional.empty(), false)).ruling())
        .isInstanceOf(Gate.Ruling.Ask.class);
    assertThat(tool.input().violations(Json.tree(MAIL))).isEmpty();
    assertThat(readBack.whatHappened(Json.tree(MAIL), invocation)).isEmpty();
    ToolOutcome outcome = tool.body().perform(Json.tree(MAIL), invocation);
    assertThat(outcome).isInstanceOf(ToolOutcome.Succeeded.class);
    assertThat(readBack.whatHappened(Json.tree(MAIL), invocation)).contains(outcome);
  }

  @Test
  void theToolSaysWhichRuleAMailBreaks() throws Exception {
    Mail broken = new Mail("nobody", "a\nb", "x");
    Invocation invocation =
        new Invocation(new TaskId("t-1"), 1, KEY, Duration.ofSeconds(20), List::of);
    assertThat(SendMail.by(outbox).body().perform(Json.tree(broken), invocation))
        .isEqualTo(
            ToolOutcome.failed(
                "not sent: to must be one mailbox such as sales@example.com; subject must be one"
                    + " line without line breaks or control characters"));
  }

  private String text() throws IOException {
    return Files.readString(folder.resolve("outbox").resolve(KEY + ".eml"));
  }

  private static String quotedPrintableDecoded(String encoded) {
    String joined = encoded.replace("=\r\n", "");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < joined.length(); i++) {
      if (joined.charAt(i) == '=') {
        bytes.write(Integer.parseInt(joined.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(joined.charAt(i));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
