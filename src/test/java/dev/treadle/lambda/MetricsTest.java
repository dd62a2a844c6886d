package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.DecisionCheck;
import dev.treadle.Fault;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.Status;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.Usage;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Panel;
import dev.treadle.drift.RunJudge;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Breakers;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.llm.scripted.Scenario;
import dev.treadle.local.EmbeddedBreakerTable;
import dev.treadle.local.EmbeddedSeriesTable;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;
import dev.treadle.trigger.ScheduleTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the metrics of a stack say, as lines of the embedded metric format. */
class MetricsTest {
  private static final TaskId ID = new TaskId("t-1");
  private final MapRecords records = new MapRecords();
  private final List<String> lines = new ArrayList<>();
  private Instant now = Instant.parse("2026-03-02T09:00:00Z");
  private final Metrics metrics = new Metrics("shop", () -> now, lines::add);
  private final Worker worker = new Worker(() -> now, new Random(7), Defaults.LEASE);

  @Test
  void aLineNamesItsNamespaceItsDimensionsAndItsUnit() throws Exception {
    metrics.sayOf("Reason", "cancelled", Metric.VERDICTS, 1);

    JsonNode line = Json.parse(lines.getFirst());
    JsonNode directive = line.at("/_aws/CloudWatchMetrics/0");
    assertThat(directive.path("Namespace").asText()).isEqualTo("Treadle");
    assertThat(directive.path("Dimensions").toString()).isEqualTo("[[\"Stack\",\"Reason\"]]");
    assertThat(directive.path("Metrics").toString())
        .isEqualTo("[{\"Name\":\"Verdicts\",\"Unit\":\"Count\"}]");
    assertThat(line.path("Stack").asText()).isEqualTo("shop");
    assertThat(line.path("Reason").asText()).isEqualTo("cancelled");
    assertThat(line.path("Verdicts").asInt()).isEqualTo(1);
  }

  @Test
  void aMissedFireIsPassedOnAndCounted() {
    metrics.counting(Metric.MISSED_FIRES).accept("{\"Series\":\"morning\"}");

    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).isEqualTo("{\"Series\":\"morning\"}");
    assertThat(lines.getLast()).contains("\"MissedFires\":1", "\"Stack\":\"shop\"");
  }

  @Test
  void failedAttemptsAndDeadWorkersAreRetriesAndTheEndIsCountedByItsReason() throws Exception {
    Faulty model = new Faulty();
    Loop loop = loop(model);
    start(loop, ID);
    deliver(loop, ID); // Fails as infrastructure does, and from then on for good.
    model.fault = new Fault.Hopeless("the key is wrong");
    now = now.plus(Duration.ofMinutes(10));
    // A worker that dies holding the lease.
    var _ =
        loop.store()
            .claim(
                new StepMessage(ID, 1, 0),
                new dev.treadle.engine.Lease("dead", now.plus(Defaults.LEASE)),
                now);
    now = now.plus(Duration.ofHours(1));
    deliver(loop, ID); // Hopeless: the task ends.

    assertThat(counts("Retries")).containsExactly(1L, 1L);
    assertThat(lines)
        .filteredOn(line -> line.contains("\"Verdicts\":1"))
        .singleElement()
        .asString()
        .contains("\"Reason\":\"too_many_errors\"");
  }

  @Test
  void whoeverCouldNotBeToldIsCounted() {
    new CountedFailures(metrics).failed(null, "ann: refused");

    assertThat(lines).singleElement().asString().contains("\"FailedNotifications\":1", "\"shop\"");
  }

  @Test
  void aRequestThatLooksWrongToSomebodyIsCountedOnceForEachReport() throws Exception {
    Tool publish =
        Tool.irreversible(
            "publish",
            "Publishes",
            BlastRadius.MEDIUM,
            Page.class,
            (_, _) -> {
              throw new AssertionError("nobody approved it");
            });
    Agent clerk = Agent.named("clerk").tool(publish).build();
    Scenario asks =
        Scenario.parse(
            """
            {"name": "clerk", "answers":
             [{"calls": [{"tool": "publish", "arguments": {"text": "Soon."}}]}]}\
            """);
    Loop loop = loop(AgentExecutors.scripted(Optional.of(asks), List.of(clerk)), clerk);
    start(loop, ID);
    deliver(loop, ID);
    var desk = Panel.at(loop, new AgentCatalog(List.of(clerk)), () -> now).desk();
    String question = loop.store().approvals(ID).getFirst().id();
    assertThat(counts("ReportedApprovals")).isEmpty();

    for (String words : List.of("not ours", "not ours", "too early")) {
      assertThat(desk.report(new Caller.Person("ann", ID), question, words))
          .isInstanceOf(DeskAnswer.Reported.class);
    }

    assertThat(counts("ReportedApprovals")).containsExactly(1L, 1L);
  }

  /** What the clerk publishes. */
  record Page(String text) {}

  @Test
  void aBreakerThatOpensAndClosesSaysSoByDependency() throws Exception {
    MeasuredBreakers table = new MeasuredBreakers(new EmbeddedBreakerTable(records), metrics);
    Faulty endpoint = new Faulty();
    Loop loop = loop(new Breakers(table, worker).around(endpoint));

    // Five failures within a minute open it.
    for (int task = 1; task <= 5; task++) fail(loop, new TaskId("t-" + task));
    assertThat(counts("BreakerOpen")).containsExactly(1L);
    now = now.plus(Duration.ofMinutes(10));
    endpoint.fault = new Fault.Recorded("an odd answer");
    deliver(loop, new TaskId("t-1"));

    assertThat(counts("BreakerOpen")).containsExactly(1L, 0L);
    assertThat(lines)
        .filteredOn(line -> line.contains("\"BreakerOpen\""))
        .allMatch(line -> line.contains("\"Dependency\":\"model:default\""));
    assertThat(counts("BreakersOpened")).containsExactly(1L);
  }

  @Test
  void ofTheFiresInAQueueThoseThatFailOrWaitAreKeptAndFailuresAreCounted() throws Exception {
    Loop loop = loop(new Faulty());
    TriggerHandler handler =
        new TriggerHandler(
            loop.starter(), new ScheduleTrigger(loop.starter(), loop.store()), metrics);
    Map<String, String> bodies = new LinkedHashMap<>();
    bodies.put("starts", fire("morning", 1, "clerk", "allow"));
    bodies.put("starts again", fire("morning", 1, "clerk", "allow"));
    bodies.put("waits", fire("morning", 2, "clerk", "queue"));
    bodies.put("skips", fire("morning", 3, "clerk", "skip"));
    bodies.put("names no agent", fire("noon", 1, "nobody", "allow"));
    bodies.put("has no slot", "{\"schedule\": \"noon\"}");
    bodies.put("is no JSON", "fire!");
    bodies.put("is an array", "[1]");

    JsonNode answer = handler.handleRequest(messages(bodies), null);

    assertThat(answer.path("batchItemFailures").findValuesAsText("itemIdentifier"))
        .containsExactly("waits", "names no agent", "has no slot", "is no JSON", "is an array");
    assertThat(counts("FailedFires")).containsExactly(1L, 1L, 1L, 1L);
    assertThat(loop.store().list(Status.RUNNING, 10))
        .extracting(task -> task.id().value())
        .containsExactly("morning-20260301T060000");
    // The earlier task ends, and the message that was kept comes again.
    var _ = loop.operator().cancel(new TaskId("morning-20260301T060000"), "ann", "enough");
    String waits = bodies.get("waits");
    answer = handler.handleRequest(messages(Map.of("waits", waits)), null);
    assertThat(answer.path("batchItemFailures")).isEmpty();
    assertThat(loop.store().find(new TaskId("morning-20260302T060000"))).isPresent();
  }

  private static String fire(String schedule, int day, String agent, String overlap) {
    ObjectNode event = Json.object().put("schedule", schedule).put("task_type", agent);
    event.put("scheduled_time", "2026-03-0%dT06:00:00Z".formatted(day)).put("overlap", overlap);
    return event.set("input_data", Json.object()).toString();
  }

  /** As Lambda hands messages of a queue on, as far as we read them. */
  private static JsonNode messages(Map<String, String> bodies) {
    ObjectNode event = Json.object();
    ArrayNode records = event.putArray("Records");
    bodies.forEach((id, body) -> records.addObject().put("messageId", id).put("body", body));
    return event;
  }

  private void fail(Loop loop, TaskId id) {
    start(loop, id);
    deliver(loop, id);
  }

  private Loop loop(StepExecutor executor) {
    return loop(executor, Agent.named("clerk").build());
  }

  private Loop loop(StepExecutor executor, Agent agent) {
    return Loop.on(
        new Loop.Places(
            new MeasuredStore(new EmbeddedTaskStore(records), metrics), (_, _) -> {}, _ -> {}),
        new AgentCatalog(List.of(agent)),
        executor,
        (_, _, _, _) -> new DecisionCheck.StillOpen(),
        new RunJudge(new EmbeddedSeriesTable(records)),
        new VirtualThreads(),
        worker);
  }

  private static void start(Loop loop, TaskId id) {
    var request =
        Json.object()
            .put("task_id", id.value())
            .put("task_type", "clerk")
            .put("triggered_by", "person:test");
    request.set("input_data", Json.object());
    assertThat(loop.starter().start(request)).isInstanceOf(StartAnswer.Started.class);
  }

  private static void deliver(Loop loop, TaskId id) {
    var _ = loop.engine().deliver(new StepMessage(id, 1, 0), Defaults.FUNCTION_TIMEOUT);
  }

  private List<Long> counts(String metric) throws Json.MalformedJson {
    List<Long> counts = new ArrayList<>();
    for (String line : lines) {
      JsonNode count = Json.parse(line).path(metric);
      if (!count.isMissingNode()) counts.add(count.asLong());
    }
    return counts;
  }

  /** A model that answers nothing of use. */
  private static final class Faulty implements StepExecutor {
    private Fault fault = new Fault.Transient("the line is cut", Duration.ZERO);

    @Override
    public StepResult execute(StepInput input, Actions actions) {
      return new StepResult.Faulted(fault, Usage.NONE);
    }

    @Override
    public Reserve firstReserve(Agent agent) {
      return Reserve.NONE;
    }
  }
}
