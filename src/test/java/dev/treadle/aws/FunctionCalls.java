package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.Chain;
import dev.treadle.InputMapping;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.Status;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepReport;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolCall;
import dev.treadle.ToolOutcome;
import dev.treadle.Usage;
import dev.treadle.approval.ApprovalDesk;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Entrance;
import dev.treadle.approval.LinkMint;
import dev.treadle.approval.Names;
import dev.treadle.approval.Panel;
import dev.treadle.aws.CallRecorder.Need;
import dev.treadle.drift.RunJudge;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Approval;
import dev.treadle.engine.ApprovalNotice;
import dev.treadle.engine.Breakers;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.HaltCheck;
import dev.treadle.engine.KillSwitch;
import dev.treadle.engine.Loop;
import dev.treadle.engine.Task;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.lambda.ExpectedFires;
import dev.treadle.lambda.FireWatch;
import dev.treadle.lambda.Heard;
import dev.treadle.lambda.MeasuredBreakers;
import dev.treadle.lambda.MeasuredStore;
import dev.treadle.lambda.Metrics;
import dev.treadle.lambda.Notifier;
import dev.treadle.lambda.ScheduledSeries;
import dev.treadle.lambda.StepHandler;
import dev.treadle.lambda.Traces;
import dev.treadle.lambda.TriggerHandler;
import dev.treadle.lambda.WatchdogHandler;
import dev.treadle.tool.Mailer;
import dev.treadle.trigger.Overlap;
import dev.treadle.trigger.Schedule;
import dev.treadle.trigger.ScheduleTrigger;
import dev.treadle.trigger.Timetable;
import dev.treadle.trigger.WebhookReceiver;
import dev.treadle.trigger.WebhookRequest;
import dev.treadle.trigger.WebhookScheme;
import dev.treadle.trigger.WebhookSource;
import dev.treadle.web.Pages;
import dev.treadle.web.Site;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * A week of a deployment on the emulators, in which each function does all that it can do, with its
 * own clients: what those were asked for is what its role must allow.
 */
final class FunctionCalls implements AutoCloseable {
  private static final String HOOK_SECRET = "a secret of webhooks";

  private final SqsClient plainQueues = Cloud.emulated().queues().sqs();
  private final DynamoDbClient plainTables = Cloud.emulated().tables().dynamoDb();
  private final String table = Cloud.newTable(plainTables);
  private final String steps = Cloud.newQueue(plainQueues, Map.of(), 5).url();
  private final String notices = Cloud.newQueue(plainQueues, Map.of(), 5).url();
  private final DynamoTaskStore eyes = new DynamoTaskStore(plainTables, table);
  private final VirtualThreads threads = new VirtualThreads();
  private final Map<String, CallRecorder> recorders = new LinkedHashMap<>();
  private final Map<String, Places> places = new HashMap<>();
  private final Meter meter = new Meter();
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final Metrics metrics = new Metrics("test", this::now, lines::add);
  private final List<Boolean> shopAnswers = new ArrayList<>(List.of(false, true));
  private Instant now = Instant.parse("2026-03-02T09:00:00Z");

  /** What one function has of the deployment. */
  private record Places(DynamoDbClient tables, SqsClient queues, Loop loop) {}

  private FunctionCalls() {
    for (String function :
        List.of("Step", "Trigger", "Webhook", "Approval", "Api", "Notifier", "Watchdog")) {
      CallRecorder recorder =
          new CallRecorder(Map.of(steps, "StepQueue", notices, "ApprovalQueue"));
      recorders.put(function, recorder);
      Cloud cloud = Cloud.emulated().watchedBy(recorder, meter);
      DynamoDbClient tables = cloud.tables().dynamoDb();
      SqsClient queues = cloud.queues().sqs();
      places.put(function, new Places(tables, queues, loop(tables, queues)));
    }
  }

  /** The calls of each function, by its name in template.yaml. */
  static Map<String, Set<Need>> recorded() {
    try (FunctionCalls week = new FunctionCalls()) {
      week.pass();
      Map<String, Set<Need>> needs = new LinkedHashMap<>();
      week.recorders.forEach((function, recorder) -> needs.put(function, recorder.needs()));
      return needs;
    }
  }

  /**
   * What all functions ask for together from the step that asks a person to the one that runs what
   * was approved, both included.
   */
  static Meter.Reading ofAnApproval() {
    try (FunctionCalls week = new FunctionCalls()) {
      week.shopAnswers.clear();
      String paid = week.fire("paid", "skip");
      week.deliver(paid);
      week.meter.reset();
      week.deliver(paid);
      week.tell(paid);
      week.decide(paid);
      week.deliver(paid);
      Meter.Reading reading = week.meter.reading();
      assertThat(week.eyes.find(new TaskId(paid)).orElseThrow().iteration()).isEqualTo(4);
      return reading;
    }
  }

  /** What the watchdog asks for, and says, when there is nothing to do. */
  record IdleMinute(Meter.Reading reading, String line) {}

  static IdleMinute idle() {
    try (FunctionCalls week = new FunctionCalls()) {
      week.meter.reset();
      week.tick(Duration.ofMinutes(1), List.of());
      assertThat(week.lines).hasSize(1);
      return new IdleMinute(week.meter.reading(), week.lines.getFirst());
    }
  }

  private Loop loop(DynamoDbClient tables, SqsClient queues) {
    DynamoTaskStore store = new DynamoTaskStore(tables, table);
    Worker worker = new Worker(this::now, new Random(7), Defaults.LEASE);
    Breakers breakers =
        new Breakers(new MeasuredBreakers(new DynamoBreakerTable(tables, table), metrics), worker);
    HaltCheck halted = new HaltCheck(new DynamoBreakerTable(tables, table), this::now);
    return Loop.on(
        new Loop.Places(
            new MeasuredStore(store, metrics),
            new SqsStepQueue(queues, steps),
            new SqsApprovalQueue(queues, notices)),
        new AgentCatalog(agents().stream().map(breakers::around).map(halted::around).toList()),
        halted.around(new Payer()),
        Panel.decisions(store),
        new RunJudge(new DynamoSeriesTable(tables, table)),
        threads,
        worker);
  }

  private Instant now() {
    return now;
  }

  private List<Agent> agents() {
    Tool look = Tool.readOnly("look", "Looks", Subject.class, this::look).dependingOn("shop");
    Tool pay =
        Tool.irreversible(
            "pay",
            "Pays",
            BlastRadius.HIGH,
            Subject.class,
            (_, _) -> ToolOutcome.succeeded("paid"));
    return List.of(
        Agent.named("payer").tool(look).tool(pay).then(Chain.to("filer", Map.of())).build(),
        Agent.named("filer").build());
  }

  /** Arguments of both tools. */
  record Subject(String about) {}

  private ToolOutcome look(Subject subject, Invocation invocation) {
    boolean answers = shopAnswers.isEmpty() || shopAnswers.removeFirst();
    return answers
        ? ToolOutcome.succeeded(subject.about())
        : new ToolOutcome.Unavailable("the shop is closed", Duration.ZERO);
  }

  private void pass() {
    String paid = fire("paid", "skip");
    deliverUntilSomethingIsAsked(paid);
    tell(paid);
    decide(paid);
    lookIntoTheInbox();
    deliverUntilItEnds(paid);
    assertThat(eyes.find(new TaskId(paid)).orElseThrow().status()).isEqualTo(Status.DONE);

    String expired = fire("expired", "queue");
    deliverUntilSomethingIsAsked(expired);
    tick(Duration.ofHours(13)); // Half of the time is over: a reminder.
    tick(Duration.ofHours(12));
    assertThat(eyes.find(new TaskId(expired)).orElseThrow().status()).isEqualTo(Status.FAILED);

    operate(new TaskId(expired), new TaskId(paid));

    takeAWebhook();
    // Its message is lost, and so is a worker's lease.
    fire("lost", "allow");
    plainQueues.purgeQueue(request -> request.queueUrl(steps));
    tick(Duration.ofHours(1));
    assertThat(String.join("\n", lines))
        .contains("Iterations", "CostMicros", "ExpiredApprovals", "FailedTasks", "OverdueSeconds");
    assertOnlyLinksExpire();
  }

  /** Whatever else DynamoDB deleted would be missing from what happened. */
  private void assertOnlyLinksExpire() {
    String attribute =
        Template.read()
            .properties("TaskTable")
            .at("/TimeToLiveSpecification/AttributeName")
            .asText();
    plainTables
        .scanPaginator(request -> request.tableName(table))
        .items()
        .forEach(item ->
            assertThat(item.containsKey(attribute))
                .as(item.get(TableKeys.PK).s() + " " + item.get(TableKeys.SK).s())
                .isEqualTo(item.get(TableKeys.SK).s().startsWith("LINK#")));
  }

  private String fire(String schedule, String overlap) {
    Places trigger = place("Trigger");
    ObjectNode event =
        Json.object()
            .put("schedule", schedule)
            .put("scheduled_time", "2026-03-02T06:00:00Z")
            .put("task_type", "payer")
            .put("overlap", overlap);
    event.set("input_data", Json.object());
    var handler =
        new TriggerHandler(
            trigger.loop().starter(),
            new ScheduleTrigger(trigger.loop().starter(), trigger.loop().store()),
            metrics);
    String id = handler.handleRequest(event, null).path("task_id").asText();
    assertThat(handler.handleRequest(event, null).path("answer").asText()).isEqualTo("existing");
    return id;
  }

  private void deliverUntilSomethingIsAsked(String id) {
    deliverWhile(id, Status.RUNNING);
    assertThat(eyes.find(new TaskId(id)).orElseThrow().status())
        .isEqualTo(Status.WAITING_FOR_HUMAN);
  }

  private void deliverUntilItEnds(String id) {
    deliverWhile(id, Status.RUNNING);
  }

  private void deliver(String id) {
    Places step = place("Step");
    String body = eyes.find(new TaskId(id)).orElseThrow().due().body();
    new StepHandler(
            step.loop().engine(), new SqsStepQueue(step.queues(), steps), this::now, Traces.OFF)
        .handleRequest(message(body), null);
  }

  /** Each message twice: the second is late, and its worker hides or gives it up. */
  private void deliverWhile(String id, Status status) {
    Places step = place("Step");
    StepHandler handler =
        new StepHandler(
            step.loop().engine(), new SqsStepQueue(step.queues(), steps), this::now, Traces.OFF);
    for (int round = 0; round < 20; round++) {
      Task task = eyes.find(new TaskId(id)).orElseThrow();
      if (task.status() != status) return;
      handler.handleRequest(message(task.due().body()), null);
      handler.handleRequest(message(task.due().body()), null);
      now = now.plusSeconds(60);
    }
  }

  private static com.amazonaws.services.lambda.runtime.events.SQSEvent message(String body) {
    var message = new com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage();
    message.setMessageId("m");
    message.setReceiptHandle("a receipt of long ago");
    message.setBody(body);
    var event = new com.amazonaws.services.lambda.runtime.events.SQSEvent();
    event.setRecords(List.of(message));
    return event;
  }

  private Approval question(String id) {
    return eyes.approvals(new TaskId(id)).getLast();
  }

  private void tell(String id) {
    Places notifier = place("Notifier");
    Notifier teller =
        new Notifier(
            new DynamoTaskStore(notifier.tables(), table),
            Panel.APPROVERS,
            new LinkMint(
                Panel.linkKeys("k1", "k1"),
                new LinkTable(notifier.tables(), table),
                new Random(7),
                this::now),
            (_, key) -> new Mailer.Sent(key, "1"),
            "https://treadle.example.com",
            this::now,
            heard);
    ApprovalNotice notice =
        new ApprovalNotice(new TaskId(id), question(id).id(), ApprovalNotice.Kind.ASKED);
    assertThat(teller.deliver(notice)).isTrue();
  }

  private final Heard heard = new Heard();

  private ApprovalDesk desk() {
    Places approval = place("Approval");
    return new ApprovalDesk(
        approval.loop().store(),
        approval.loop().answers(),
        new AgentCatalog(agents()),
        Panel.APPROVERS,
        new Entrance(Panel.linkKeys("k1", "k1"), new LinkTable(approval.tables(), table)),
        Panel.signer("k1"),
        this::now);
  }

  private void decide(String id) {
    ApprovalDesk desk = desk();
    String link = heard.links().getFirst();
    Caller caller = new Caller.Bearer(link.substring(link.indexOf("#t=") + 3), "127.0.0.1");
    DeskAnswer seen = desk.view(caller, question(id).id());
    assertThat(seen).isInstanceOf(DeskAnswer.Open.class);
    DeskAnswer answer =
        desk.decide(
            caller,
            question(id).id(),
            Panel.form((DeskAnswer.Open) seen, Decision.Choice.APPROVE, "as agreed"));
    assertThat(answer).isInstanceOf(DeskAnswer.Recorded.class);
  }

  private void lookIntoTheInbox() {
    assertThat(desk().inbox("ann")).isPresent();
  }

  private void tick(Duration later) {
    tick(later, schedules());
  }

  private void tick(Duration later, List<Schedule> schedules) {
    now = now.plus(later);
    Places watchdog = place("Watchdog");
    DynamoSeriesTable series = new DynamoSeriesTable(watchdog.tables(), table);
    ScheduleTrigger trigger =
        new ScheduleTrigger(watchdog.loop().starter(), watchdog.loop().store());
    FireWatch fires =
        new FireWatch(
            schedules,
            new ExpectedFires(watchdog.loop().store(), series, trigger),
            series,
            lines::add);
    new WatchdogHandler(watchdog.loop(), () -> fires, metrics, this::now)
        .handleRequest(Json.object(), null);
  }

  /** One that never fires: each of its times is missed, if no earlier task is in the way. */
  private List<Schedule> schedules() {
    return List.of(
        new Schedule(
            "silent",
            Timetable.parse("rate(1 hour)"),
            ZoneOffset.UTC,
            "filer",
            Json.object(),
            Overlap.SKIP));
  }

  private void operate(TaskId failed, TaskId done) {
    Places api = place("Api");
    DynamoSeriesTable series = new DynamoSeriesTable(api.tables(), table);
    ScheduleTrigger trigger = new ScheduleTrigger(api.loop().starter(), api.loop().store());
    ScheduledSeries scheduled =
        new ScheduledSeries(
            this::schedules,
            new ExpectedFires(api.loop().store(), series, trigger),
            series,
            new AgentCatalog(agents()),
            this::now);
    KillSwitch kill =
        new KillSwitch(
            new DynamoBreakerTable(api.tables(), table), new AgentCatalog(agents()), this::now);
    Pages pages = Pages.reflecting();
    Site site =
        Site.ofTasks(api.loop(), series, kill, Names.NONE, Optional.empty(), pages, this::now)
            .with(Site.ofSeries(scheduled.desk(), pages));
    OperatorCalls operator = new OperatorCalls(site, eyes);
    operator.look(done.value(), "paid");
    operator.act(failed, done, now);
  }

  private void takeAWebhook() {
    Places webhook = place("Webhook");
    WebhookReceiver receiver =
        new WebhookReceiver(
            List.of(
                new WebhookSource(
                    "github",
                    WebhookScheme.GITHUB,
                    List.of("hub"),
                    "filer",
                    InputMapping.of(Map.of()))),
            _ -> Optional.of(HOOK_SECRET),
            webhook.loop().starter());
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    Map<String, List<String>> headers =
        Map.of(
            "content-type", List.of("application/json"),
            "x-github-delivery", List.of("one"),
            "x-hub-signature-256", List.of("sha256=" + signature(body)));
    for (int time = 0; time < 2; time++) {
      assertThat(receiver.receive("github", new WebhookRequest(headers, body), now).status())
          .isEqualTo(202);
    }
  }

  private static String signature(byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(HOOK_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (java.security.GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private Places place(String function) {
    return Optional.ofNullable(places.get(function)).orElseThrow();
  }

  @Override
  public void close() {
    places
        .values()
        .forEach(each -> {
          each.tables().close();
          each.queues().close();
        });
    plainTables.close();
    plainQueues.close();
    threads.close();
  }

  /** Looks, pays, and is done; the filer is done at once. */
  private static final class Payer implements StepExecutor {
    private static final Reserve RESERVE = new Reserve(1_000, 100);

    @Override
    public StepResult execute(StepInput input, Actions actions) {
      boolean isPayer = input.agent().name().equals("payer");
      String tool = input.iteration() == 1 ? "look" : "pay";
      boolean isDone = !isPayer || input.iteration() > 3;
      JsonNode answer = Json.object().put("iteration", input.iteration());
      if (isDone) return advanced(answer, List.of(), true);
      JsonNode arguments = Json.object().put("about", "invoice 7");
      List<ToolCall> calls = List.of(new ToolCall("c" + input.iteration(), tool, arguments));
      return switch (actions.perform(new Actions.Proposal(answer, calls, Optional.empty(), ""))) {
        case Actions.Performed(var results) -> advanced(answer, results, false);
        case Actions.Interrupted() -> new StepResult.Stopped(answer, Usage.NONE);
      };
    }

    private static StepResult advanced(
        JsonNode answer, List<dev.treadle.CallResult> results, boolean isDone) {
      Optional<StepReport.Completion> completion =
          isDone ? Optional.of(new StepReport.Completion.OfTask(Json.object())) : Optional.empty();
      return new StepResult.Advanced(
          answer,
          results,
          new StepReport(
              Json.object(),
              Optional.empty(),
              completion,
              List.of(),
              List.of(),
              new Usage(10, 5, 7),
              RESERVE));
    }

    @Override
    public Reserve firstReserve(Agent agent) {
      return RESERVE;
    }
  }
}
