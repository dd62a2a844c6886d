package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.DecisionCheck;
import dev.treadle.Fault;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Usage;
import dev.treadle.drift.RunJudge;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Breakers;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.local.EmbeddedBreakerTable;
import dev.treadle.local.EmbeddedSeriesTable;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

  private void fail(Loop loop, TaskId id) {
    start(loop, id);
    deliver(loop, id);
  }

  private Loop loop(StepExecutor executor) {
    return Loop.on(
        new Loop.Places(
            new MeasuredStore(new EmbeddedTaskStore(records), metrics), (_, _) -> {}, _ -> {}),
        new AgentCatalog(List.of(Agent.named("clerk").build())),
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
    var _ = loop.engine().deliver(new StepMessage(id, 1, 0));
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
