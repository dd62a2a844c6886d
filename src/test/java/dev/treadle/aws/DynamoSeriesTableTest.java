package dev.treadle.aws;

import dev.treadle.engine.SeriesTableContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The series on DynamoDB keep the contract, on the emulator or wherever the properties say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DynamoSeriesTableTest extends SeriesTableContract {
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
  protected Both open() {
    Cloud.empty(client, table);
    return new Both(new DynamoTaskStore(client, table), new DynamoSeriesTable(client, table));
  }
}
