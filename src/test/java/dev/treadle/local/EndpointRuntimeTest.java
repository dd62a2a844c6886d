package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.aws.CloudResource;
import dev.treadle.engine.StartAnswer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The local runtime on the production adapters. */
class EndpointRuntimeTest {
  private static final TaskId ID = new TaskId("elsewhere");
  @TempDir private Path data;

  @Test
  void anAgentRunsOnAnEndpointThatSpeaksDynamoDbAndSqs() throws Exception {
    Map<String, String> cloud = new CloudResource().start();
    try (LocalRuntime runtime = open(cloud, cloud.get("treadle.table"))) {
      assertThat(runtime.loop().starter().start(request())).isInstanceOf(StartAnswer.Started.class);
      runtime.poll(List.of());
      assertThat(followed(runtime)).isEqualTo(TreadleCommand.EXIT_WAITS);

      String approval = runtime.store().approvals(ID).getFirst().id();
      LocalPerson.approve(runtime, ID, approval);

      assertThat(followed(runtime)).isEqualTo(TreadleCommand.EXIT_DONE);
    }
  }

  @Test
  void aMissingTableIsSaidInWordsWithItsName() throws Exception {
    Map<String, String> cloud = new CloudResource().start();
    try (LocalRuntime runtime = open(cloud, "no-such-table")) {
      assertThatThrownBy(() -> runtime.loop().starter().start(request()))
          .hasMessageContaining("no-such-table")
          .hasMessageContaining("does not exist");
    }
  }

  private LocalRuntime open(Map<String, String> cloud, String table) throws Exception {
    Path keys = data.resolve("keys");
    KeyFolder.openOrCreate(keys, new SecureRandom());
    Ground.Endpoint endpoint =
        new Ground.Endpoint(
            Optional.of(URI.create(cloud.get("treadle.dynamodb.endpoint"))),
            Optional.of(URI.create(cloud.get("treadle.sqs.endpoint"))),
            table,
            cloud.get("treadle.step.queue"));
    return LocalRuntime.open(
        new LocalRuntime.Settings(
            data, 0, Optional.empty(), Duration.ZERO, Optional.of(endpoint), Optional.of(keys)));
  }

  private static ObjectNode request() throws Exception {
    ObjectNode request =
        Json.object()
            .put("task_id", ID.value())
            .put("task_type", "umbrella")
            .put("triggered_by", "person:test");
    request.set("input_data", Json.parse("{\"name\":\"Bergen\"}"));
    return request;
  }

  private static int followed(LocalRuntime runtime) throws Exception {
    try (Follower follower = new Follower(runtime, ID, new PrintWriter(new StringWriter()))) {
      return follower.follow(false);
    }
  }
}
