package dev.treadle.aws;

import dev.treadle.TaskId;
import dev.treadle.engine.TaskStore;
import dev.treadle.engine.TaskStoreContract;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The contract of a table on any DynamoDB. One table for all tests, emptied before each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnDynamoDb extends TaskStoreContract {
  private static final Duration LAG_MAX = Duration.ofSeconds(20);

  private DynamoDbClient client;
  private String table;

  abstract AwsClients clients();

  @BeforeAll
  void createTable() {
    client = clients().dynamoDb();
    table = Cloud.newTable(client);
  }

  @AfterAll
  void deleteTable() {
    if (table != null) client.deleteTable(request -> request.tableName(table));
    if (client != null) client.close();
  }

  @Override
  protected TaskStore open() {
    Cloud.empty(client, table);
    return new DynamoTaskStore(client, table);
  }

  @Override
  protected String rawHead(TaskId id) {
    return new TreeMap<>(
            client
                .getItem(request ->
                    request.tableName(table).key(TableKeys.head(id)).consistentRead(true))
                .item())
        .toString();
  }

  @Override
  protected void markWritten(TaskId id, int schema) {
    client.updateItem(request ->
        request
            .tableName(table)
            .key(TableKeys.head(id))
            .updateExpression("SET #schema = :schema, from_tomorrow = :kept")
            .expressionAttributeNames(Map.of("#schema", "schema"))
            .expressionAttributeValues(
                Map.of(
                    ":schema", Attributes.number(schema),
                    ":kept", AttributeValue.fromS("kept"))));
  }

  @Override
  protected void eventually(Runnable assertion) {
    long end = System.nanoTime() + LAG_MAX.toNanos();
    while (true) {
      try {
        assertion.run();
        return;
      } catch (AssertionError lagging) {
        if (System.nanoTime() > end) throw lagging;
      }
    }
  }
}
