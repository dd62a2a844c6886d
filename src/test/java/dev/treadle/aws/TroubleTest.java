package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Limits;
import dev.treadle.Reserve;
import dev.treadle.TaskId;
import dev.treadle.engine.Change;
import dev.treadle.engine.Commit;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.Task;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** What the adapters do when AWS is busy, and what they say when it is not there. */
class TroubleTest {
  private static final TaskId ID = new TaskId("t-1");
  private static final Instant NOW = Instant.parse("2026-01-05T10:00:30Z");

  private FaultyEndpoint tableNetwork;
  private FaultyEndpoint queueNetwork;
  private DynamoDbClient tables;
  private SqsClient queues;
  private String table;
  private DynamoTaskStore store;
  private Task task;

  @BeforeEach
  void begin() throws IOException {
    Cloud cloud = Cloud.emulated();
    tableNetwork = new FaultyEndpoint(cloud.tables().endpoint().orElseThrow());
    queueNetwork = new FaultyEndpoint(cloud.queues().endpoint().orElseThrow());
    Cloud faulty = cloud.through(tableNetwork.endpoint(), queueNetwork.endpoint());
    tables = faulty.tables().dynamoDb();
    queues = faulty.queues().sqs();
    table = Cloud.newTable(tables);
    store = new DynamoTaskStore(tables, table);
    Task.Origin origin = new Task.Origin("tests", NOW, null);
    task = Task.start(ID, "pricing", origin, Limits.DEFAULT, Reserve.NONE, NOW);
    tables.putItem(request -> request.tableName(table).item(HeadItem.of(task)));
  }

  @AfterEach
  void end() {
    tables.close();
    queues.close();
    tableNetwork.close();
    queueNetwork.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
  void aTransactionThatMetAnotherOneIsTriedAgain(String reason) {
    tableNetwork.next(3, "TransactWriteItems", FaultyEndpoint.cancelled(reason));

    assertThat(commit()).isInstanceOf(Commit.Written.class);
    assertThat(tableNetwork.calls("TransactWriteItems")).isEqualTo(4);
  }

  @Test
  void aTransactionThatMeetsOthersAgainAndAgainIsGivenUpWithWords() {
    tableNetwork.always("TransactWriteItems", FaultyEndpoint.cancelled("TransactionConflict"));

    assertThatThrownBy(this::commit)
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("table " + table)
        .hasMessageContaining("try 4")
        .hasMessageContaining(ID.value())
        .hasMessageContaining("TransactionConflict");
    assertThat(tableNetwork.calls("TransactWriteItems")).isEqualTo(4);
    assertThat(store.find(ID)).contains(task);
  }

  @Test
  void aConditionThatFailedBesideAConflictIsAnAnswer() {
    tableNetwork.next(
        1,
        "TransactWriteItems",
        FaultyEndpoint.cancelled("ConditionalCheckFailed", "TransactionConflict"));

    // The answer brought no head along, as if the task were gone.
    assertThatThrownBy(this::commit).hasMessageContaining("is not in the table");
    assertThat(tableNetwork.calls("TransactWriteItems")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "400, ThrottlingException",
    "400, ProvisionedThroughputExceededException",
    "400, RequestLimitExceeded",
    "400, TransactionInProgressException",
    "500, InternalServerError",
    "503, ServiceUnavailable"
  })
  void aBusyTableIsAskedAgain(int status, String type) {
    tableNetwork.next(3, "TransactWriteItems", FaultyEndpoint.error(status, type));
    tableNetwork.next(3, "GetItem", FaultyEndpoint.error(status, type));

    assertThat(commit()).isInstanceOf(Commit.Written.class);
    assertThat(store.find(ID)).isPresent();
  }

  @Test
  void aTableThatStaysBusyIsGivenUpQuickly() {
    tableNetwork.always("GetItem", FaultyEndpoint.error(400, "ThrottlingException"));
    long start = System.nanoTime();

    assertThatThrownBy(() -> store.find(ID)).hasMessageContaining("ThrottlingException");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(tableNetwork.calls("GetItem")).isLessThanOrEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({
    "ResourceNotFoundException, does not exist in this account and region",
    "AccessDeniedException, access is denied",
    "ExpiredTokenException, credentials have expired",
    "UnrecognizedClientException, does not accept the credentials",
    "InvalidSignatureException, does not accept the credentials"
  })
  void whatIsMissingIsSaidInWords(String type, String words) {
    tableNetwork.always("GetItem", FaultyEndpoint.error(400, type));

    assertThatThrownBy(() -> store.find(ID))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("table " + table)
        .hasMessageContaining("reading task t-1")
        .hasMessageContaining(words);
    assertThat(tableNetwork.calls("GetItem")).isEqualTo(1);
  }

  @Test
  void aTableThatIsNotThereIsNamed() {
    DynamoTaskStore lost = new DynamoTaskStore(tables, "no-such-table");

    assertThatThrownBy(() -> lost.find(ID))
        .hasMessageContaining("table no-such-table does not exist");
    assertThatThrownBy(() -> lost.claim(task.due(), lease(), NOW))
        .hasMessageContaining("table no-such-table does not exist");
    assertThatThrownBy(() -> lost.commit(change()))
        .hasMessageContaining("table no-such-table does not exist");
  }

  @Test
  void aPlaceThatDoesNotAnswerIsNamed() throws IOException {
    URI nowhere;
    try (FaultyEndpoint closed = new FaultyEndpoint(URI.create("http://127.0.0.1:1"))) {
      nowhere = closed.endpoint();
    }
    try (DynamoDbClient client = Cloud.at(nowhere).dynamoDb()) {
      DynamoTaskStore unreachable = new DynamoTaskStore(client, table);
      assertThatThrownBy(() -> unreachable.find(ID))
          .isInstanceOf(InfrastructureFailure.class)
          .hasMessageContaining("table " + table)
          .hasMessageContaining("no answer");
    }
  }

  @Test
  void aQueueThatIsNotThereIsNamed() {
    Cloud.Queue queue = Cloud.newQueue(queues, Map.of(), 5);
    String url = queue.url() + "-gone";
    SqsStepQueue gone = new SqsStepQueue(queues, url);

    assertThatThrownBy(() -> gone.send(task.due(), Duration.ZERO))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("queue " + url + " does not exist")
        .hasMessageContaining("sending iteration 1 of task t-1");
    assertThatThrownBy(() -> gone.receive(1)).hasMessageContaining("does not exist");
    assertThatThrownBy(() -> gone.delete("x")).hasMessageContaining("does not exist");
  }

  @Test
  void aSendWhoseReplyWasLostMayArriveTwiceButArrives() {
    Cloud.Queue queue = Cloud.newQueue(queues, Map.of(), 5);
    SqsStepQueue adapter = new SqsStepQueue(queues, queue.url());
    queueNetwork.next(1, "SendMessage", FaultyEndpoint.lostReply());

    adapter.send(task.due(), Duration.ZERO);

    assertThat(adapter.receive(10))
        .hasSizeBetween(1, 2)
        .allSatisfy(each -> assertThat(StepMessage.parse(each.body())).contains(task.due()));
  }

  @Test
  void aBusyQueueIsAskedAgain() {
    Cloud.Queue queue = Cloud.newQueue(queues, Map.of(), 5);
    SqsStepQueue adapter = new SqsStepQueue(queues, queue.url());
    queueNetwork.next(3, "SendMessage", FaultyEndpoint.error(400, "RequestThrottled"));

    assertThatCode(() -> adapter.send(task.due(), Duration.ZERO)).doesNotThrowAnyException();
  }

  @Test
  void aProcessWithoutARegionIsToldSoWhenItStarts() throws Exception {
    // A process of its own: this one's environment may name a region.
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WithoutRegion.class.getName())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    builder.environment().put("AWS_CONFIG_FILE", "/dev/null");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(said)
        .contains(
            "connecting failed: there is no AWS region: set AWS_REGION, or one in the profile");
  }

  /** Connects as the environment says, and prints what came of it. */
  static final class WithoutRegion {
    private WithoutRegion() {}

    public static void main(String[] arguments) {
      try (var tables = AwsClients.FROM_ENVIRONMENT.dynamoDb()) {
        System.out.println("connected by " + tables);
      } catch (RuntimeException failed) {
        System.out.println(failed.getMessage());
      }
    }
  }

  private Commit commit() {
    return store.commit(change());
  }

  private Change change() {
    Task changed = task.resent(NOW.plusSeconds(1), NOW.plusSeconds(60));
    return Change.of(task, changed, List.of());
  }

  private static dev.treadle.engine.Lease lease() {
    return new dev.treadle.engine.Lease("w-1", NOW.plusSeconds(150));
  }
}
