package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.DecisionCheck;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepReport;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolCall;
import dev.treadle.ToolOutcome;
import dev.treadle.Usage;
import dev.treadle.drift.RunJudge;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Disposition;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** What a plain iteration costs: counted at the SDK, on the production engine. */
class CountedTest {
  private static final int EARLY = 5;
  private static final int LATE = 505;
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
              new OneReadAStep(),
              (_, _, _, _) -> new DecisionCheck.StillOpen(),
              new RunJudge(new DynamoSeriesTable(client, table)),
              threads,
              new Worker(() -> now, new Random(1), Defaults.LEASE));
      start(loop);

      Map<Integer, Reading> readings =
          Map.of(EARLY, measured(loop, meter, 1, EARLY), LATE, measured(loop, meter, 6, LATE));

      for (Map.Entry<Integer, Reading> each : readings.entrySet()) {
        int bytes = itemBytes(client, table, each.getKey());
        System.out.printf(
            "iteration %d: %s, %.1f write units, item of %d bytes%n",
            each.getKey(), each.getValue().calls(), each.getValue().writeUnits(), bytes);
        assertThat(bytes).isBetween(3_073, 4_096);
        assertThat(each.getValue().writes())
            .containsExactly("UpdateItem", "TransactWriteItems", "SendMessage");
        assertThat(each.getValue().readsBesideTheClaim()).isTrue();
        assertThat(each.getValue().writeUnits()).isEqualTo(11);
      }
    }
  }

  private static Reading measured(Loop loop, Meter meter, int from, int to) {
    for (int iteration = from; iteration <= to; iteration++) {
      meter.reset();
      int snapshot =
          (iteration - 1) / Defaults.ENTRIES_PER_SNAPSHOT * Defaults.ENTRIES_PER_SNAPSHOT;
      Disposition given = loop.engine().deliver(new StepMessage(ID, iteration, snapshot));
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

  /** Arguments of the only tool. */
  record Page(int number) {}

  private static Agent agent() {
    return Agent.named("counted")
        .tool(Tool.readOnly("page", "A page", Page.class, CountedTest::page))
        .limits(
            Limits.DEFAULT
                .withMaxIterations(1_000)
                .withBudget(
                    new Limits.Budget(1_000_000, 1_000_000, 10_000, java.time.Duration.ofDays(1))))
        .build();
  }

  private static ToolOutcome page(Page page, Invocation invocation) {
    boolean isMeasured = page.number() == EARLY || page.number() == LATE;
    return ToolOutcome.succeeded(page.number() + "x".repeat(isMeasured ? 2_800 : 40));
  }

  private static final class OneReadAStep implements StepExecutor {
    @Override
    public StepResult execute(StepInput input, Actions actions) {
      JsonNode arguments = Json.object().put("number", input.iteration());
      List<ToolCall> calls = List.of(new ToolCall("c" + input.iteration(), "page", arguments));
      JsonNode answer = Json.object().put("number", input.iteration());
      var proposal = new Actions.Proposal(answer, calls, Optional.empty(), "");
      return switch (actions.perform(proposal)) {
        case Actions.Performed(var results) -> new StepResult.Advanced(answer, results, report());
        case Actions.Interrupted() -> new StepResult.Stopped(answer, Usage.NONE);
      };
    }

    private static StepReport report() {
      return new StepReport(
          Json.object(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          new Usage(10, 5, 7),
          new Reserve(20, 40));
    }

    @Override
    public Reserve firstReserve(Agent agent) {
      return new Reserve(20, 40);
    }
  }

  /** What one delivery asked for. */
  private record Reading(List<String> calls, double writeUnits, boolean readsBesideTheClaim) {
    /** The sequential ones: the reads run beside the claim. */
    List<String> writes() {
      return calls.stream().filter(call -> !isRead(call)).toList();
    }
  }

  private static boolean isRead(String call) {
    return call.equals("Query") || call.equals("GetItem") || call.equals("BatchGetItem");
  }

  /** Notes each call as it is sent and answered, and what it consumed. */
  private static final class Meter implements ExecutionInterceptor {
    private final List<String> sent = new ArrayList<>();
    private double writeUnits;
    private boolean readAfterCommit;

    synchronized void reset() {
      sent.clear();
      writeUnits = 0;
      readAfterCommit = false;
    }

    synchronized Reading reading() {
      return new Reading(List.copyOf(sent), writeUnits, !readAfterCommit);
    }

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
      return switch (context.request()) {
        case UpdateItemRequest update ->
            update.toBuilder().returnConsumedCapacity(ReturnConsumedCapacity.INDEXES).build();
        case TransactWriteItemsRequest write ->
            write.toBuilder().returnConsumedCapacity(ReturnConsumedCapacity.INDEXES).build();
        default -> context.request();
      };
    }

    @Override
    public synchronized void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      String call = context.request().getClass().getSimpleName().replace("Request", "");
      readAfterCommit |= isRead(call) && sent.contains("TransactWriteItems");
      sent.add(call);
    }

    @Override
    public synchronized void afterExecution(
        Context.AfterExecution context, ExecutionAttributes attributes) {
      SdkResponse response = context.response();
      switch (response) {
        case UpdateItemResponse update -> add(update.consumedCapacity());
        case TransactWriteItemsResponse write -> write.consumedCapacity().forEach(this::add);
        default -> {}
      }
    }

    /** Index moves are counted apart. */
    private void add(ConsumedCapacity capacity) {
      writeUnits += capacity.table().capacityUnits();
    }
  }
}
