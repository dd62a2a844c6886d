package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.approval.KeyText;
import dev.treadle.aws.CloudResource;
import dev.treadle.aws.SqsStepQueue;
import dev.treadle.engine.Approval;
import dev.treadle.engine.ApprovalNotice;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.StepSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The functions of approvals as API Gateway and SQS call them, on emulators. */
@QuarkusTest
@TestProfile(ApprovalFunctionTest.Desk.class)
@QuarkusTestResource(CloudResource.class)
class ApprovalFunctionTest {
  /** Starts the application as the approval function, with keys of its own. */
  public static final class Desk implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      KeyText.Fresh keys = KeyText.fresh("k1", new SecureRandom());
      return Map.of(
          "quarkus.lambda.handler",
          "approval",
          "treadle.link.keys",
          keys.linkKeys(),
          "treadle.decision.key",
          keys.decisionKey(),
          "treadle.site",
          "https://treadle.example.com",
          "treadle.approvers",
          "{\"approvers\": [{\"id\": \"ann\", \"name\": \"Ann\", \"address\":"
              + " \"ann@example.com\"}]}");
    }
  }

  private static final TaskId TASK = new TaskId("asked-over-http");

  @Inject Loop loop;
  @Inject SqsStepQueue queue;

  @jakarta.inject.Named("notifier")
  @Inject
  NotifierHandler notifier;

  @ConfigProperty(name = "treadle.outbox")
  String outbox;

  @Test
  void aQuestionIsMailedReadAndAnsweredThroughTheFunctions() throws Exception {
    Approval approval = asked();
    String token = mailed(approval);

    JsonNode page = call("GET", "/approvals/" + approval.id(), "", false);
    assertThat(page.path("statusCode").asInt()).isEqualTo(200);
    assertThat(page.path("body").asText()).contains("Loading request");
    assertThat(page.path("headers").path("content-security-policy").asText())
        .startsWith("default-src 'none'");

    String view = "/api/approvals/" + approval.id() + "/view";
    assertThat(call("POST", view, "t=wrong", false).path("statusCode").asInt()).isEqualTo(404);
    JsonNode seen = Json.parse(call("POST", view, "t=" + token, true).path("body").asText());
    assertThat(seen.path("code").asText()).isEqualTo("OPEN");
    assertThat(seen.path("html").asText()).contains("Take an umbrella");

    ObjectNode decision =
        Json.object()
            .put("t", token)
            .put("nonce", seen.path("nonce").asText())
            .put("version", seen.path("version").asLong())
            .put("digest", seen.path("digest").asText())
            .put("decision", "approve")
            .put("read", true);
    JsonNode answer =
        call("POST", "/api/approvals/" + approval.id() + "/decisions", Json.write(decision), true);
    assertThat(answer.path("statusCode").asInt()).isEqualTo(201);
    assertThat(loop.store().approval(TASK, approval.id()).orElseThrow().state())
        .isEqualTo(Approval.State.APPROVED);
    assertThat(queue.receive(10)).extracting(StepSource.Received::body).hasSize(1);
  }

  private Approval asked() throws Exception {
    ObjectNode request =
        Json.object()
            .put("task_id", TASK.value())
            .put("task_type", "umbrella")
            .put("triggered_by", "schedule:morning");
    request.set("input_data", Json.parse("{\"name\":\"Bergen\"}"));
    loop.starter().start(request);
    while (loop.store().find(TASK).orElseThrow().status() == Status.RUNNING) {
      for (StepSource.Received each : queue.receive(10)) {
        loop.engine()
            .deliver(StepMessage.parse(each.body()).orElseThrow(), Defaults.FUNCTION_TIMEOUT);
        queue.delete(each.receipt());
      }
    }
    return loop.store().approvals(TASK).getFirst();
  }

  private String mailed(Approval approval) throws Exception {
    SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
    message.setMessageId("m-1");
    message.setBody(new ApprovalNotice(TASK, approval.id(), ApprovalNotice.Kind.ASKED).body());
    SQSEvent.SQSMessage alien = new SQSEvent.SQSMessage();
    alien.setMessageId("m-2");
    alien.setBody("{\"hello\": 1}");
    SQSEvent event = new SQSEvent();
    event.setRecords(List.of(message, alien));
    assertThat(notifier.handleRequest(event, null).getBatchItemFailures())
        .extracting(failure -> failure.getItemIdentifier())
        .containsExactly("m-2");
    try (Stream<Path> mails = Files.list(Path.of(outbox))) {
      String mail = Files.readString(mails.findFirst().orElseThrow()).replace("=\r\n", "");
      Matcher link =
          Pattern.compile("/approvals/[0-9a-f]+#t=3D(\\S+)|/approvals/[0-9a-f]+#t=(\\S+)")
              .matcher(mail);
      assertThat(link.find()).as(mail).isTrue();
      return link.group(1) == null ? link.group(2) : link.group(1);
    }
  }

  private static JsonNode call(String method, String path, String body, boolean isBase64) {
    ObjectNode event = Json.object().put("version", "2.0").put("rawPath", path);
    event.put("rawQueryString", "").put("isBase64Encoded", isBase64);
    event.put(
        "body",
        isBase64
            ? Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8))
            : body);
    event
        .putObject("headers")
        .put("host", "treadle.example.com")
        .put("sec-fetch-site", "same-origin")
        .put(
            "content-type",
            body.startsWith("{") ? "application/json" : "application/x-www-form-urlencoded");
    event
        .putObject("requestContext")
        .putObject("http")
        .put("method", method)
        .put("path", path)
        .put("sourceIp", "192.0.2.7");
    return EventServer.send(Json.write(event)).body();
  }
}
