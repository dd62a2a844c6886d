package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Json;
import dev.treadle.agents.canary.CanaryAgent;
import dev.treadle.drift.RunJudge;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.StepSource;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.lambda.AgentExecutors;
import dev.treadle.lambda.Metrics;
import dev.treadle.lambda.TriggerHandler;
import dev.treadle.trigger.ScheduleTrigger;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Runs infra/smoke.py against the emulators, where a few lines stand for Lambda and CloudFormation.
 */
class SmokeTest {
  private static final String ID = "smoke-1";
  private final DynamoDbClient tables = Cloud.emulated().tables().dynamoDb();
  private final SqsClient queues = Cloud.emulated().queues().sqs();
  private final String table = Cloud.newTable(tables);
  private final Cloud.Queue steps = Cloud.newQueue(queues, Map.of(), 5);
  private final SqsStepQueue queue = new SqsStepQueue(queues, steps.url());
  private final VirtualThreads threads = new VirtualThreads();
  private final Loop loop =
      Loop.on(
          new Loop.Places(new DynamoTaskStore(tables, table), queue, _ -> {}),
          new AgentCatalog(List.of(CanaryAgent.agent())),
          AgentExecutors.scripted(Optional.empty(), List.of(CanaryAgent.agent())),
          (_, _, _, _) -> new dev.treadle.DecisionCheck.StillOpen(),
          new RunJudge(new DynamoSeriesTable(tables, table)),
          threads,
          new Worker(InstantSource.system(), new Random(1), Defaults.LEASE));
  private String recursion = "Allow";
  private HttpServer lambda;

  private record Run(int exit, String output) {}

  @BeforeEach
  void open() throws IOException {
    lambda = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    lambda.createContext("/", this::answer);
    lambda.start();
  }

  @AfterEach
  void close() {
    lambda.stop(0);
    threads.close();
    tables.close();
    queues.close();
  }

  @Test
  void aCanaryThatRanToItsEndIsCheckedAndADamagedJournalIsFound() throws Exception {
    Run good = smoke();

    assertThat(good.exit()).as(good.output()).isZero();
    assertThat(good.output())
        .contains("smoke-1: started", "40 iterations", "chain is whole", "no dead letters came");

    damage("LOG#000007#STEP");
    Run damaged = smoke();
    assertThat(damaged.exit()).as(damaged.output()).isEqualTo(1);
    assertThat(damaged.output())
        .contains("smoke-1: existing", "the hash chain breaks at iteration 8");
  }

  @Test
  void aStepFunctionThatLambdaWouldStopIsFoundBeforeAnythingStarts() throws Exception {
    recursion = "Terminate";

    Run run = smoke();

    assertThat(run.exit()).as(run.output()).isEqualTo(1);
    assertThat(run.output()).contains("RecursiveLoop is Terminate");
    assertThat(loop.store().find(new dev.treadle.TaskId(ID))).isEmpty();
  }

  private void damage(String sortKey) {
    Map<String, AttributeValue> key =
        Map.of(
            TableKeys.PK, AttributeValue.fromS("TASK#" + ID),
            TableKeys.SK, AttributeValue.fromS(sortKey));
    String text = tables.getItem(get -> get.tableName(table).key(key)).item().get("doc").s();
    var _ =
        tables.updateItem(update ->
            update
                .tableName(table)
                .key(key)
                .updateExpression("SET doc = :doc")
                .expressionAttributeValues(
                    Map.of(
                        ":doc",
                        AttributeValue.fromS(text.replace("\"counted\":7", "\"counted\":8")))));
  }

  private Run smoke() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("python3", "infra/smoke.py", "treadle", "--task-id", ID);
    String stub = "http://127.0.0.1:" + lambda.getAddress().getPort();
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_ENDPOINT_URL_LAMBDA",
                stub,
                "AWS_ENDPOINT_URL_CLOUDFORMATION",
                stub,
                "AWS_ENDPOINT_URL_DYNAMODB",
                Emulator.dynamoDb().toString(),
                "AWS_ENDPOINT_URL_SQS",
                Emulator.sqs().toString(),
                "AWS_DEFAULT_REGION",
                "eu-central-1",
                "AWS_ACCESS_KEY_ID",
                "treadle",
                "AWS_SECRET_ACCESS_KEY",
                "treadle"));
    Process process;
    try {
      process = builder.redirectErrorStream(true).start();
    } catch (IOException noPython) {
      assumeTrue(false, "python3 is not installed: infra/smoke.py was not run");
      throw noPython;
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    assumeTrue(
        !output.contains("No module named 'boto3'"),
        "boto3 is not installed: infra/smoke.py was not run");
    return new Run(exit, output);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String answer;
    if (path.endsWith("/invocations")) answer = trigger(body);
    else if (path.endsWith("/recursion-config"))
      answer = "{\"RecursiveLoop\":\"" + recursion + "\"}";
    else answer = stack();
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** What Lambda does with the trigger function, and then with the step function's queue. */
  private String trigger(String event) throws IOException {
    try {
      var handler =
          new TriggerHandler(
              loop.starter(),
              new ScheduleTrigger(loop.starter(), loop.store()),
              new Metrics("test", InstantSource.system(), _ -> {}));
      String answer = handler.handleRequest(Json.parse(event), null).toString();
      var _ = Thread.startVirtualThread(this::runSteps);
      return answer;
    } catch (Json.MalformedJson malformed) {
      throw new IOException(malformed);
    }
  }

  private void runSteps() {
    for (var due = queue.receive(1); !due.isEmpty(); due = queue.receive(1)) {
      for (StepSource.Received message : due) {
        var _ =
            loop.engine()
                .deliver(
                    StepMessage.parse(message.body()).orElseThrow(), Defaults.FUNCTION_TIMEOUT);
        queue.delete(message.receipt());
      }
    }
  }

  private String stack() {
    Map<String, String> outputs =
        Map.of(
            "TaskTable",
            table,
            "StepFunction",
            "step",
            "TriggerAlias",
            "trigger",
            "DeadLetters",
            steps.deadLettersUrl());
    StringBuilder members = new StringBuilder();
    outputs.forEach((key, value) ->
        members.append(
            "<member><OutputKey>%s</OutputKey><OutputValue>%s</OutputValue></member>"
                .formatted(key, value)));
    return """
    <DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <DescribeStacksResult><Stacks><member><StackName>treadle</StackName>
    <CreationTime>2026-03-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
    <Outputs>%s</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>
    """
        .formatted(members);
  }
}
