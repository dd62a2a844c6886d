package dev.treadle.aws;

import dev.treadle.engine.LostReplyContract;
import dev.treadle.engine.TaskStore;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The adapter's own retries and the SDK's hidden ones find what they have written. */
class LostReplyTest extends LostReplyContract {
  private static final List<String> WRITES = List.of("UpdateItem", "PutItem", "TransactWriteItems");
  private DynamoDbClient client;
  private FaultyEndpoint network;
  private String table;

  @Override
  protected TaskStore open() throws IOException {
    Cloud cloud = Cloud.emulated();
    network = new FaultyEndpoint(cloud.tables().endpoint().orElseThrow());
    client = cloud.through(network.endpoint(), network.endpoint()).tables().dynamoDb();
    table = Cloud.newTable(client);
    return new DynamoTaskStore(client, table);
  }

  @AfterEach
  void deleteTable() {
    client.deleteTable(request -> request.tableName(table));
    client.close();
    network.close();
  }

  @Override
  protected void loseNextReply() {
    WRITES.forEach(write -> network.next(1, write, FaultyEndpoint.lostReply()));
  }

  @Override
  protected void loseEveryReply() {
    WRITES.forEach(write -> network.always(write, FaultyEndpoint.lostReply()));
  }

  @Override
  protected void heal() {
    network.heal();
  }
}
