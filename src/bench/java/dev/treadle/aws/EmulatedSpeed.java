package dev.treadle.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.bench.Measure;
import dev.treadle.bench.Rounds;
import dev.treadle.local.RuntimeSpeed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Iterations over the production adapters, on DynamoDB Local and ElasticMQ. */
public final class EmulatedSpeed {
  private static final int SIDE_BY_SIDE = 20;

  private EmulatedSpeed() {}

  public static List<Measure> measure() throws Exception {
    Cloud cloud = Cloud.emulated();
    Path folder = Files.createTempDirectory(Path.of("target"), "bench-");
    JsonNode many = RuntimeSpeed.onEndpoint(folder.resolve("many"), SIDE_BY_SIDE, endpoint(cloud));
    JsonNode one = RuntimeSpeed.onEndpoint(folder.resolve("one"), 1, endpoint(cloud));
    Rounds floorOfMany = CallFloor.of(cloud, SIDE_BY_SIDE);
    Rounds floorOfOne = CallFloor.of(cloud, 1);
    return List.of(
        Measure.rate(
            "DynamoDB Local and ElasticMQ, 20 tasks side by side: iterations",
            many.path("per_second").asDouble(),
            floorOfMany.perSecond(),
            ""),
        Measure.millis(
            "DynamoDB Local and ElasticMQ, one task: an iteration, p50",
            one.path("p50_ms").asDouble(),
            floorOfOne.p50Millis(),
            ""));
  }

  private static List<String> endpoint(Cloud cloud) {
    try (var tables = cloud.tables().dynamoDb();
        var queues = cloud.queues().sqs()) {
      return List.of(
          cloud.tables().endpoint().orElseThrow().toString(),
          cloud.queues().endpoint().orElseThrow().toString(),
          Cloud.newTable(tables),
          Cloud.newQueue(queues, Map.of(), 5).url());
    }
  }
}
