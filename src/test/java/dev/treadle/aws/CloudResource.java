package dev.treadle.aws;

import dev.treadle.approval.Panel;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Gives the functions under test a table and a queue on the emulators. */
public final class CloudResource implements QuarkusTestResourceLifecycleManager {
  public static final String EVENTS_PORT = "quarkus.lambda.mock-event-server.test-port";

  @Override
  public Map<String, String> start() {
    Cloud cloud = Cloud.emulated();
    // The functions take credentials and region from their environment, as on Lambda.
    System.setProperty("aws.accessKeyId", "treadle");
    System.setProperty("aws.secretAccessKey", "treadle");
    System.setProperty("aws.region", "eu-central-1");
    try (var tables = cloud.tables().dynamoDb();
        var queues = cloud.queues().sqs()) {
      Path data = Files.createTempDirectory("treadle-functions");
      Map<String, String> names = new HashMap<>();
      names.put("treadle.table", Cloud.newTable(tables));
      names.put("treadle.step.queue", Cloud.newQueue(queues, Map.of(), 5).url());
      names.put("treadle.approval.queue", Cloud.newQueue(queues, Map.of(), 5).url());
      names.put("treadle.decision.keys", Panel.PUBLIC_KEYS);
      names.put("treadle.dynamodb.endpoint", endpoint(cloud.tables()));
      names.put("treadle.sqs.endpoint", endpoint(cloud.queues()));
      names.put("treadle.prices", data.resolve("prices").toString());
      names.put("treadle.outbox", data.resolve("outbox").toString());
      names.put("treadle.web.origins", "http://127.0.0.1:" + freePort());
      names.put(EVENTS_PORT, Integer.toString(freePort()));
      return names;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String endpoint(AwsClients clients) {
    return clients.endpoint().orElseThrow().toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  @Override
  public void stop() {}
}
