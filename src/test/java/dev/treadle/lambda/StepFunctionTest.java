package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Json;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Panel;
import dev.treadle.aws.CloudResource;
import dev.treadle.aws.SqsStepQueue;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.StepSource;
import dev.treadle.engine.Task;
import dev.treadle.local.Shop;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The step function as Lambda calls it, on emulators of DynamoDB and SQS. */
@QuarkusTest
@QuarkusTestResource(CloudResource.class)
class StepFunctionTest {
  @Inject Loop loop;
  @Inject SqsStepQueue queue;

  @ConfigProperty(name = "treadle.outbox")
  String outbox;

  @ConfigProperty(name = "treadle.web.origins")
  URI shop;

  @Test
  void thePricingAgentRunsToItsGateAndAfterTheApprovalToItsEndAndMailsOnce() throws Exception {
    HttpServer site =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), shop.getPort()), 0);
    Shop.install(site, InstantSource.system());
    site.start();
    try {
      TaskId id = new TaskId("pricing-on-emulators");
      start(id, shop.toString());
      drain();
      assertThat(task(id).status()).isEqualTo(Status.WAITING_FOR_HUMAN);

      String approval = loop.store().approvals(id).getFirst().id();
      DeskAnswer answer = people().say(id, approval, Decision.Choice.APPROVE, "ann", "");
      assertThat(answer).isInstanceOf(DeskAnswer.Recorded.class);
      drain();

      assertThat(task(id).status()).isEqualTo(Status.DONE);
      assertThat(task(id).outcome().reason()).isEqualTo(Reason.TASK_COMPLETE);
      assertThat(mails()).hasSize(1);
    } finally {
      site.stop(0);
    }
  }

  @Test
  void ofAHalfValidBatchOnlyTheAlienMessageIsReportedBack() {
    ObjectNode event = (ObjectNode) EventServer.documented("sqs.json");
    ArrayNode records = (ArrayNode) event.get("Records");
    ObjectNode unknownTask = records.get(0).deepCopy();
    unknownTask.put("messageId", "known-form");
    unknownTask.put("body", "{\"task_id\":\"nobody\",\"iteration\":1,\"snapshot\":0}");
    records.add(unknownTask);

    EventServer.Reply reply = EventServer.send(event.toString());

    assertThat(failures(reply)).containsExactly("059f36b4-87a3-44ab-83d2-661975830a7d");
  }

  @Test
  void anEmptyBatchAndAnEventOfAnotherKindReportNothingBack() {
    assertThat(failures(EventServer.send("{\"Records\":[]}"))).isEmpty();
    assertThat(failures(EventServer.send("{\"source\":\"aws.events\"}"))).isEmpty();
  }

  @Test
  void aBodyInBase64IsNotOursAndIsReportedBack() {
    ObjectNode event = (ObjectNode) EventServer.documented("sqs.json");
    ((ObjectNode) event.get("Records").get(0))
        .put("body", "eyJ0YXNrX2lkIjoieCIsIml0ZXJhdGlvbiI6MSwic25hcHNob3QiOjB9");

    assertThat(failures(EventServer.send(event.toString()))).hasSize(1);
  }

  private Panel people() {
    Loop.Places places = new Loop.Places(loop.store(), queue, _ -> {});
    return Panel.at(places, new AgentCatalog(List.of()), InstantSource.system());
  }

  private void start(TaskId id, String site) throws Exception {
    ObjectNode request =
        Json.object()
            .put("task_id", id.value())
            .put("task_type", "pricing")
            .put("triggered_by", "person:test");
    request.set("input_data", Json.parse(Scripts.sampleInput("pricing", site).orElseThrow()));
    assertThat(loop.starter().start(request)).isInstanceOf(StartAnswer.Started.class);
  }

  /** Plays the event-source mapping until the queue has nothing more to give. */
  private void drain() {
    for (List<StepSource.Received> received = queue.receive(1);
        !received.isEmpty();
        received = queue.receive(1)) {
      for (StepSource.Received message : received) {
        ObjectNode event = (ObjectNode) EventServer.documented("sqs.json");
        ((ObjectNode) event.get("Records").get(0))
            .put("body", message.body())
            .put("receiptHandle", message.receipt());
        if (failures(EventServer.send(event.toString())).isEmpty()) {
          queue.delete(message.receipt());
        }
      }
    }
  }

  private Task task(TaskId id) {
    return loop.store().find(id).orElseThrow();
  }

  private List<Path> mails() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(outbox))) {
      return files.filter(file -> file.toString().endsWith(".eml")).toList();
    }
  }

  private static List<String> failures(EventServer.Reply reply) {
    assertThat(reply.status()).isEqualTo(200);
    return reply
        .body()
        .path("batchItemFailures")
        .valueStream()
        .map(failure -> failure.path("itemIdentifier").asText())
        .toList();
  }
}
