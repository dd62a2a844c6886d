package dev.treadle.aws;

import dev.treadle.engine.TaskStore;
import dev.treadle.trigger.DuplicatesContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DynamoDuplicatesTest extends DuplicatesContract {
  private DynamoDbClient client;
  private String table;

  AwsClients clients() {
    return Cloud.usualTables();
  }

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
}
