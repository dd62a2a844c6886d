package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.approval.Approver;
import dev.treadle.approval.Approvers;
import dev.treadle.approval.KeyText;
import dev.treadle.approval.LinkMint;
import dev.treadle.engine.ApprovalNotice;
import dev.treadle.engine.Notification;
import dev.treadle.lambda.Heard;
import dev.treadle.lambda.Notifier;
import dev.treadle.tool.Outbox;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told what, and what happens when they cannot be. */
class NotifierTest {
  private final Heard heard = new Heard();
  @TempDir private Path folder;

  private Notifier notifier(Office office, Path outbox, Approver... people) {
    LinkMint mint =
        new LinkMint(
            KeyText.linkKeys(KeyText.fresh("k1", new SecureRandom()).linkKeys()),
            new EmbeddedLinks(office.records),
            new SecureRandom(),
            office.clock);
    return new Notifier(
        office.store,
        new Approvers(Map.of(Gate.Ruling.Ask.USUAL_GROUP, List.of(people))),
        mint,
        new Outbox(outbox, "treadle@example.com", office.clock),
        "https://treadle.example.com",
        office.clock,
        heard);
  }

  private static ApprovalNotice asked(Office office) {
    return new ApprovalNotice(Office.TASK, office.approval().id(), ApprovalNotice.Kind.ASKED);
  }

  private static Notification notification(Office office) {
    return office.store.notifications(Office.TASK).getFirst();
  }

  @Test
  void theMailSaysWhatIsAskedAndHoldsOneLinkThatDecidesNothingAndNoArguments() throws Exception {
    try (Office office = Office.publishing(folder)) {
      String mail =
          office.mails().stream()
              .filter(each -> each.contains("To: ann@example.com"))
              .findFirst()
              .orElseThrow();
      assertThat(subject(mail))
          .isEqualTo("[Approval] Publish 1 article to blog.example.com - expires 10:00 UTC");
      assertThat(Office.decoded(mail))
          .contains("Agent:       clerk")
          .contains("Severity:    Medium severity")
          .contains("Reversible:  no, it cannot be undone")
          .contains("Expires:     Tue 6 Jan 2026, 10:00 UTC (in 24 h 0 min)")
          .contains("No answer:   It is not done, and the task stops")
          .containsOnlyOnce("http")
          .doesNotContain("Three of fifteen prices", "Oak desks");
      assertThat(office.link("ann@example.com")).isNotEqualTo(office.link("ben@example.com"));
    }
  }

  /** RFC 2047. */
  private static String subject(String mail) {
    StringBuilder subject = new StringBuilder();
    Matcher word = Pattern.compile("=\\?UTF-8\\?B\\?([^?]+)\\?=").matcher(mail);
    while (word.find()) {
      subject.append(new String(Base64.getDecoder().decode(word.group(1)), StandardCharsets.UTF_8));
    }
    return subject.toString();
  }

  @Test
  void aNoticeThatComesTwiceIsToldOnceAndAReminderOnlyToWhoIsStillAsked() throws Exception {
    try (Office office = Office.publishing(folder)) {
      Path outbox = folder.resolve("other");
      Notifier notifier = notifier(office, outbox, new Approver("cem", "Cem", "cem@example.com"));
      assertThat(notifier.deliver(asked(office))).isTrue();
      assertThat(notifier.deliver(asked(office))).isTrue();
      assertThat(outbox.toFile().list()).hasSize(1);

      office.clock.pass(Duration.ofHours(13));
      ApprovalNotice reminder =
          new ApprovalNotice(Office.TASK, office.approval().id(), ApprovalNotice.Kind.REMINDED);
      assertThat(notifier.deliver(reminder)).isTrue();
      assertThat(notifier.deliver(reminder)).isTrue();
      assertThat(outbox.toFile().list()).hasSize(2);
      assertThat(notification(office).hasReached()).isTrue();
    }
  }

  @Test
  void whoeverCouldNotBeReachedIsSaidBesideTheQuestionAndTriedAgain() throws Exception {
    try (Office office = Office.publishing(folder)) {
      Notifier notifier =
          notifier(office, folder.resolve("other"), new Approver("dan", "Dan", "no mailbox"));
      int before = notification(office).attempts();

      assertThat(notifier.deliver(asked(office))).isFalse();

      assertThat(notification(office).lastFailure()).startsWith("dan: refused: [to must be");
      assertThat(notification(office).attempts()).isEqualTo(before + 1);
      assertThat(heard.failures()).containsExactly(notification(office).lastFailure());
      assertThat(heard.links()).isEmpty();
    }
  }

  @Test
  void showAndTheDoctorSayWhoWasNotToldUntilThatPersonIs() throws Exception {
    try (Office office = Office.publishing(folder)) {
      String owed = "not everybody was told of %s: dan: ".formatted(office.approval().id());
      assertThat(office.shown()).doesNotContain("not everybody was told");
      assertThat(messages(office).isWrong()).isFalse();

      notifier(office, folder.resolve("other"), new Approver("dan", "Dan", "no mailbox"))
          .deliver(asked(office));
      assertThat(office.shown()).contains(owed);
      assertThat(messages(office).isWrong()).isTrue();
      assertThat(messages(office).words()).contains("of 1 tasks").endsWith(": t-1");
      assertThat(messages(office).remedy()).startsWith("treadle show TASK");

      notifier(office, folder.resolve("other"), new Approver("dan", "Dan", "dan@example.com"))
          .deliver(asked(office));
      assertThat(office.shown()).doesNotContain("not everybody was told");
      assertThat(messages(office).isWrong()).isFalse();
    }
  }

  private static Diagnosis messages(Office office) {
    return Ward.untold(office.store, office.store.list(Status.WAITING_FOR_HUMAN, 10));
  }

  @Test
  void aGroupOfNobodyIsAFailureAndNotSilence() throws Exception {
    try (Office office = Office.publishing(folder)) {
      assertThat(notifier(office, folder.resolve("other")).deliver(asked(office))).isFalse();
      assertThat(notification(office).lastFailure()).contains("group approvers is empty");
    }
  }

  @Test
  void aHookGetsTheLinkOfItsPersonAndSlackGetsABlockOfPlainText() throws Exception {
    List<String> posted = new ArrayList<>();
    HttpServer hook = hook(200, posted);
    String address = "http://127.0.0.1:" + hook.getAddress().getPort() + "/hook";
    try (Office office = Office.publishing(folder)) {
      Notifier notifier =
          notifier(
              office,
              folder.resolve("other"),
              new Approver("eva", "Eva", address),
              new Approver("fay", "Fay", "slack+" + address));
      assertThat(notifier.deliver(asked(office))).isTrue();
      assertThat(Json.parse(posted.get(0)).path("review_url").asText())
          .startsWith("https://treadle.example.com/approvals/" + office.approval().id() + "#t=k1.");
      var slack = Json.parse(posted.get(1));
      assertThat(slack.at("/blocks/0/text/type").asText()).isEqualTo("plain_text");
      assertThat(slack.at("/blocks/1/elements/0/text/text").asText()).isEqualTo("Review");
      assertThat(slack.at("/blocks/1/elements/0/url").asText()).contains("#t=k1.");
    } finally {
      hook.stop(0);
    }
  }

  @Test
  void aHookThatRedirectsOrFailsIsAFailureWithoutTheLink() throws Exception {
    for (int status : List.of(302, 500)) {
      HttpServer hook = hook(status, new ArrayList<>());
      String address = "http://127.0.0.1:" + hook.getAddress().getPort() + "/hook";
      try (Office office = Office.publishing(folder.resolve("s" + status))) {
        Notifier notifier =
            notifier(office, folder.resolve("other"), new Approver("eva", "Eva", address));
        assertThat(notifier.deliver(asked(office))).isFalse();
        assertThat(notification(office).lastFailure())
            .isEqualTo("eva: 127.0.0.1 answered " + status);
      } finally {
        hook.stop(0);
      }
    }
  }

  @Test
  void aHookWhoseBodyDoesNotEndKeepsNobodyWaiting() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    AtomicBoolean wasReadToItsEnd = new AtomicBoolean();
    HttpServer hook =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hook.createContext(
        "/hook",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('o');
            exchange.getResponseBody().flush();
            wasReadToItsEnd.set(!told.await(30, TimeUnit.SECONDS));
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        });
    hook.start();
    String address = "http://127.0.0.1:" + hook.getAddress().getPort() + "/hook";
    try (Office office = Office.publishing(folder)) {
      Notifier notifier =
          notifier(office, folder.resolve("other"), new Approver("eva", "Eva", address));
      assertThat(notifier.deliver(asked(office))).isTrue();
      assertThat(wasReadToItsEnd).isFalse();
    } finally {
      told.countDown();
      hook.stop(0);
    }
  }

  private static HttpServer hook(int status, List<String> posted) throws IOException {
    HttpServer hook =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hook.createContext(
        "/hook",
        exchange -> {
          try (exchange) {
            posted.add(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, -1);
          }
        });
    hook.start();
    return hook;
  }
}
