package dev.treadle.aws;

import dev.treadle.approval.LinkStore;
import dev.treadle.approval.LinkStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LinkTableTest extends LinkStoreContract {
  private DynamoDbClient client;
  private String table;

  @BeforeAll
  void createTable() {
    client = Cloud.usualTables().dynamoDb();
    table = Cloud.newTable(client);
  }

  @AfterAll
  void deleteTable() {
    if (table != null) client.deleteTable(request -> request.tableName(table));
    if (client != null) client.close();
  }

  @Override
  protected LinkStore open() {
    Cloud.empty(client, table);
    return new LinkTable(client, table);
  }
}
