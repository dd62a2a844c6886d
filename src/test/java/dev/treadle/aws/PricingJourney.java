package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Agent;
import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.agents.pricing.PriceBook;
import dev.treadle.agents.pricing.PricingAgent;
import dev.treadle.approval.ApprovalDesk;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Entrance;
import dev.treadle.approval.LinkMint;
import dev.treadle.approval.Panel;
import dev.treadle.drift.RunJudge;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.ApprovalNotice;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StepSource;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.lambda.AgentExecutors;
import dev.treadle.lambda.Heard;
import dev.treadle.lambda.Metrics;
import dev.treadle.lambda.Notifier;
import dev.treadle.lambda.Scripts;
import dev.treadle.lambda.StepHandler;
import dev.treadle.lambda.Traces;
import dev.treadle.lambda.TriggerHandler;
import dev.treadle.local.Shop;
import dev.treadle.tool.Mailer;
import dev.treadle.tool.Outbox;
import dev.treadle.tool.Reach;
import dev.treadle.tool.WebPages;
import dev.treadle.trigger.ScheduleTrigger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The pricing agent from its trigger over its gate to its mail, by the functions' own handlers. */
abstract class PricingJourney {
  private static final TaskId ID = new TaskId("journey");
  private static final int POLLS_MAX = 60;
  private final InstantSource clock = InstantSource.system();
  @TempDir private Path data;

  /** Where the table and the queues are. */
  abstract Cloud cloud();

  @Test
  void aReportIsMadeAskedAboutApprovedSentOnceAndVerified() throws Exception {
    Cloud cloud = cloud();
    HttpServer site =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Shop.install(site, clock);
    site.start();
    try (DynamoDbClient tables = cloud.tables().dynamoDb();
        SqsClient queues = cloud.queues().sqs();
        VirtualThreads threads = new VirtualThreads()) {
      Places places = new Places(tables, queues);
      String origin = "http://127.0.0.1:" + site.getAddress().getPort();
      List<Agent> agents = List.of(pricing(origin));
      Loop loop = loop(places, agents, threads);

      trigger(loop, origin);
      runSteps(loop, places);
      assertThat(status(loop)).isEqualTo(Status.WAITING_FOR_HUMAN);
      assertThat(mails()).isZero();

      decide(loop, places, agents, tell(loop, places));
      runSteps(loop, places);
      assertThat(status(loop)).isEqualTo(Status.DONE);
      assertThat(mails()).isEqualTo(1);
      assertThat(Panel.recordCheck(loop.store()).firstBad(loop.store().find(ID).orElseThrow()))
          .isEmpty();
    } finally {
      site.stop(0);
    }
  }

  /** A deployment's table and queues. */
  private static final class Places {
    final DynamoDbClient tables;
    final String table;
    final SqsStepQueue steps;
    final SqsStepQueue asked;
    final SqsApprovalQueue notices;

    Places(DynamoDbClient tables, SqsClient queues) {
      this.tables = tables;
      this.table = Cloud.newTable(tables);
      this.steps = new SqsStepQueue(queues, Cloud.newQueue(queues, Map.of(), 5).url());
      String url = Cloud.newQueue(queues, Map.of(), 5).url();
      this.asked = new SqsStepQueue(queues, url);
      this.notices = new SqsApprovalQueue(queues, url);
    }
  }

  private Agent pricing(String origin) {
    return new PricingAgent(
            new WebPages(Reach.PUBLIC.withOrigin(origin), clock),
            new PriceBook(data.resolve("prices")),
            new Outbox(data.resolve("outbox"), "treadle@example.com", clock),
            clock)
        .agent();
  }

  private Loop loop(Places places, List<Agent> agents, VirtualThreads threads) {
    DynamoTaskStore store = new DynamoTaskStore(places.tables, places.table);
    return Loop.on(
        new Loop.Places(store, places.steps, places.notices),
        new AgentCatalog(agents),
        AgentExecutors.scripted(Optional.empty(), agents),
        Panel.decisions(store),
        new RunJudge(new DynamoSeriesTable(places.tables, places.table)),
        threads,
        new Worker(clock, new SecureRandom(), Defaults.LEASE));
  }

  private static void trigger(Loop loop, String origin) throws Exception {
    ObjectNode event =
        Json.object()
            .put("task_id", ID.value())
            .put("task_type", "pricing")
            .put("triggered_by", "person:test");
    event.set("input_data", Json.parse(Scripts.sampleInput("pricing", origin).orElseThrow()));
    var handler =
        new TriggerHandler(
            loop.starter(),
            new ScheduleTrigger(loop.starter(), loop.store()),
            new Metrics("test", InstantSource.system(), _ -> {}));
    assertThat(handler.handleRequest(event, null).path("answer").asText()).isEqualTo("started");
  }

  /** Lambda's mapping: what the queue holds goes to the handler, and is deleted when it says so. */
  private void runSteps(Loop loop, Places places) {
    StepHandler handler = new StepHandler(loop.engine(), places.steps, clock, Traces.OFF);
    for (int poll = 0; poll < POLLS_MAX && status(loop) == Status.RUNNING; poll++) {
      for (StepSource.Received message : places.steps.receive(1)) {
        if (handler.handleRequest(event(message), null).getBatchItemFailures().isEmpty()) {
          places.steps.delete(message.receipt());
        }
      }
    }
  }

  private static SQSEvent event(StepSource.Received received) {
    SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
    message.setMessageId("m");
    message.setReceiptHandle(received.receipt());
    message.setBody(received.body());
    SQSEvent event = new SQSEvent();
    event.setRecords(List.of(message));
    return event;
  }

  /** Takes the notice from its queue and tells the approver; answers with the link. */
  private String tell(Loop loop, Places places) {
    List<StepSource.Received> notices = places.asked.receive(1);
    assertThat(notices).hasSize(1);
    ApprovalNotice notice = ApprovalNotice.parse(notices.getFirst().body()).orElseThrow();
    Heard heard = new Heard();
    Notifier notifier =
        new Notifier(
            loop.store(),
            Panel.APPROVERS,
            new LinkMint(
                Panel.linkKeys("k1", "k1"),
                new LinkTable(places.tables, places.table),
                new SecureRandom(),
                clock),
            (_, key) -> new Mailer.Sent(key, "1"),
            "https://treadle.example.com",
            clock,
            heard);
    assertThat(notifier.deliver(notice)).isTrue();
    return heard.links().getFirst();
  }

  private void decide(Loop loop, Places places, List<Agent> agents, String link) {
    ApprovalDesk desk =
        new ApprovalDesk(
            loop.store(),
            loop.answers(),
            new AgentCatalog(agents),
            Panel.APPROVERS,
            new Entrance(Panel.linkKeys("k1", "k1"), new LinkTable(places.tables, places.table)),
            Panel.signer("k1"),
            clock);
    String question = loop.store().approvals(ID).getLast().id();
    Caller caller = new Caller.Bearer(link.substring(link.indexOf("#t=") + 3), "127.0.0.1");
    DeskAnswer seen = desk.view(caller, question);
    assertThat(seen).isInstanceOf(DeskAnswer.Open.class);
    assertThat(
            desk.decide(
                caller,
                question,
                Panel.form((DeskAnswer.Open) seen, Decision.Choice.APPROVE, "as agreed")))
        .isInstanceOf(DeskAnswer.Recorded.class);
  }

  private static Status status(Loop loop) {
    return loop.store().find(ID).orElseThrow().status();
  }

  private long mails() throws java.io.IOException {
    Path outbox = data.resolve("outbox");
    if (!Files.exists(outbox)) return 0;
    try (Stream<Path> files = Files.list(outbox)) {
      return files.filter(file -> file.toString().endsWith(".eml")).count();
    }
  }
}
