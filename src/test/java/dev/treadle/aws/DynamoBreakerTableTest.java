package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.engine.BreakerTable;
import dev.treadle.engine.BreakerTableContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The breakers keep the contract on DynamoDB. One table for all tests, emptied before each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DynamoBreakerTableTest extends BreakerTableContract {
  private DynamoDbClient client;
  private String name;

  AwsClients clients() {
    return Cloud.usualTables();
  }

  @BeforeAll
  void createTable() {
    client = clients().dynamoDb();
    name = Cloud.newTable(client);
    assertThat(name).isNotEmpty();
  }

  @AfterAll
  void deleteTable() {
    if (name != null) client.deleteTable(request -> request.tableName(name));
    if (client != null) client.close();
  }

  @Override
  protected BreakerTable open() {
    Cloud.empty(client, name);
    return new DynamoBreakerTable(client, name);
  }
}
