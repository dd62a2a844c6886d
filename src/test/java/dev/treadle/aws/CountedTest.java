package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.DecisionCheck;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.drift.RunJudge;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Disposition;
import dev.treadle.engine.Loop;
import dev.treadle.engine.ReadingExecutor;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What a plain iteration costs: counted at the SDK, on the production engine. */
class CountedTest {
  private static final int EARLY = 5;
  private static final int LATE = 505;

  /** Whole intervals between snapshots, whatever their length, and what they cost on average. */
  private static final int MEAN_FROM = 506;

  private static final int MEAN_TO = 545;
  private static final TaskId ID = new TaskId("counted");

  @Test
  void aPlainIterationMakesThreeSequentialCallsAndWritesElevenUnitsHoweverLongTheTaskIs() {
    Meter meter = new Meter();
    Cloud cloud = Cloud.emulated().watchedBy(meter);
    try (var client = cloud.tables().dynamoDb();
        var queueClient = cloud.queues().sqs();
        var threads = new VirtualThreads()) {
      String table = Cloud.newTable(client);
      SqsStepQueue queue =
          new SqsStepQueue(queueClient, Cloud.newQueue(queueClient, Map.of(), 5).url());
      Instant now = Instant.parse("2026-03-01T12:00:30Z");
      Loop loop =
          Loop.on(
              new Loop.Places(new DynamoTaskStore(client, table), queue, _ -> {}),
              new AgentCatalog(List.of(agent())),
              new ReadingExecutor(),
              (_, _, _, _) -> new DecisionCheck.StillOpen(),
              new RunJudge(new DynamoSeriesTable(client, table)),
              threads,
              new Worker(() -> now, new Random(1), Defaults.LEASE));
      start(loop);

      Map<Integer, Meter.Reading> readings =
          Map.of(EARLY, measured(loop, meter, 1, EARLY), LATE, measured(loop, meter, 6, LATE));

      for (Map.Entry<Integer, Meter.Reading> each : readings.entrySet()) {
        int bytes = itemBytes(client, table, each.getKey());
        System.out.printf(
            "iteration %d: %s, %.1f write units, item of %d bytes%n",
            each.getKey(), each.getValue().calls(), each.getValue().writeUnits(), bytes);
        assertThat(bytes).isBetween(3_073, 4_096);
        assertThat(each.getValue().writes())
            .containsExactly("UpdateItem", "TransactWriteItems", "SendMessage");
        assertThat(each.getValue().readsBesideTheClaim()).isTrue();
        assertThat(each.getValue().writeUnits())
            .isEqualTo(operations().path("dynamodb_write_units").asDouble());
      }
      assertThatTheMeanIsWhatTheCostPageSays(loop, meter);
    }
  }

  @Test
  void anApprovalTakesWhatTheCostPageSays() {
    JsonNode counted = CostPageTest.operations().path("approval");

    Meter.Reading reading = FunctionCalls.ofAnApproval();

    System.out.printf(
        "an approval: %s, %.1f write units, %.1f read units%n",
        reading.calls(), reading.writeUnits(), reading.readUnits());
    assertThat(reading.writeUnits()).isEqualTo(counted.path("dynamodb_write_units").asDouble());
    assertThat(reading.readUnits()).isEqualTo(counted.path("dynamodb_read_units").asDouble());
    // Each message is received and deleted too, by Lambda's mapping.
    assertThat(3 * reading.count("SendMessage")).isEqualTo(counted.path("sqs_requests").asInt());
  }

  @Test
  void anIdleMinuteTakesWhatTheCostPageSays() {
    JsonNode counted = CostPageTest.operations().path("idle");

    FunctionCalls.IdleMinute minute = FunctionCalls.idle();

    assertThat(minute.reading().calls())
        .hasSize(counted.path("watchdog_queries").asInt())
        .containsOnly("Query");
    assertThat(minute.line()).hasSize(counted.path("watchdog_line_bytes").asInt());
    assertThat(minute.line().split("\"Unit\"", -1))
        .hasSize(1 + counted.path("watchdog_metrics").asInt());
  }

  @Test
  void thereAreAsManyAlarmsAsTheCostPageSays() {
    assertThat(CostPageTest.operations().at("/idle/alarms").asInt())
        .isEqualTo(Template.read().count("AWS::CloudWatch::Alarm"));
  }

  private static JsonNode operations() {
    return CostPageTest.operations().path("iteration");
  }

  /** Journal reads grow until the next snapshot, so only a mean says what an iteration costs. */
  private static void assertThatTheMeanIsWhatTheCostPageSays(Loop loop, Meter meter) {
    double writes = 0;
    double reads = 0;
    long sends = 0;
    for (int iteration = MEAN_FROM; iteration <= MEAN_TO; iteration++) {
      Meter.Reading reading = measured(loop, meter, iteration, iteration);
      writes += reading.writeUnits();
      reads += reading.readUnits();
      sends += reading.count("SendMessage");
    }
    int iterations = MEAN_TO - MEAN_FROM + 1;
    double snapshots = writes / iterations - operations().path("dynamodb_write_units").asDouble();
    System.out.printf(
        "on average: %.2f write units for snapshots, %.2f read units%n",
        snapshots, reads / iterations);
    assertThat(snapshots)
        .isCloseTo(operations().path("dynamodb_snapshot_write_units").asDouble(), within(0.05));
    assertThat(reads / iterations)
        .isCloseTo(operations().path("dynamodb_read_units").asDouble(), within(0.05));
    // Lambda's mapping makes the other two of each: it receives and deletes the message.
    assertThat(sends).isEqualTo(iterations);
    assertThat(operations().path("sqs_requests").asInt()).isEqualTo(3);
  }

  private static Meter.Reading measured(Loop loop, Meter meter, int from, int to) {
    for (int iteration = from; iteration <= to; iteration++) {
      int snapshot = loop.store().find(ID).orElseThrow().progress().snapshot();
      meter.reset();
      Disposition given =
          loop.engine()
              .deliver(new StepMessage(ID, iteration, snapshot), Defaults.FUNCTION_TIMEOUT);
      assertThat(given).as("iteration %d", iteration).isEqualTo(new Disposition.Acknowledge());
    }
    return meter.reading();
  }

  private static int itemBytes(DynamoDbClient client, String table, int iteration) {
    Map<String, AttributeValue> item =
        client
            .getItem(request ->
                request
                    .tableName(table)
                    .key(
                        Map.of(
                            TableKeys.PK,
                            AttributeValue.fromS("TASK#" + ID),
                            TableKeys.SK,
                            AttributeValue.fromS("LOG#%06d#STEP".formatted(iteration)))))
            .item();
    return ItemSize.bytes(item);
  }

  private static void start(Loop loop) {
    var request =
        Json.object()
            .put("task_id", ID.value())
            .put("task_type", "counted")
            .put("triggered_by", "person:test");
    request.set("input_data", Json.object());
    assertThat(loop.starter().start(request)).isInstanceOf(StartAnswer.Started.class);
  }

  private static Agent agent() {
    return Agent.named("counted")
        .tool(
            Tool.readOnly(
                ReadingExecutor.TOOL, "A page", ReadingExecutor.Page.class, CountedTest::page))
        .limits(
            Limits.DEFAULT
                .withMaxIterations(1_000)
                .withBudget(
                    new Limits.Budget(1_000_000, 1_000_000, 10_000, java.time.Duration.ofDays(1))))
        .build();
  }

  private static ToolOutcome page(ReadingExecutor.Page page, Invocation invocation) {
    boolean isMeasured = page.number() == EARLY || page.number() >= LATE;
    return ToolOutcome.succeeded(page.number() + "x".repeat(isMeasured ? 2_800 : 40));
  }
}
