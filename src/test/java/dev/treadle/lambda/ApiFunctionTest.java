package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.aws.CloudResource;
import dev.treadle.engine.Loop;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The function {@code api} as API Gateway calls it, on emulators. */
@QuarkusTest
@TestProfile(ApiFunctionTest.Operators.class)
@QuarkusTestResource(CloudResource.class)
class ApiFunctionTest {
  private static final String ISSUER = "https://sign-in.example.com";
  private static final TaskId TASK = new TaskId("seen-over-http");

  /** Starts the application as the function of the console. */
  public static final class Operators implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "quarkus.lambda.handler",
          "api",
          "treadle.jwt.issuer",
          ISSUER,
          "treadle.jwt.audience",
          "treadle",
          "treadle.schedules",
          """
          [{"schedule": "each-morning", "expression": "cron(0 6 * * ? *)", "time_zone": "UTC",
            "task_type": "canary", "input_data": {}, "overlap": "skip"}]
          """);
    }
  }

  @Inject Loop loop;

  @Test
  void whoHasATokenForUsReadsAndCancelsATaskAndNobodyElseSeesAnything() throws Exception {
    ObjectNode request =
        Json.object()
            .put("task_id", TASK.value())
            .put("task_type", "umbrella")
            .put("triggered_by", "schedule:morning");
    request.set("input_data", Json.parse("{\"name\":\"Bergen\"}"));
    loop.starter().start(request);

    String head = "/api/tasks/" + TASK + "/head";
    for (String audience : new String[] {"", "other"}) {
      JsonNode refused = call("GET", head, "", audience);
      assertThat(refused.path("statusCode").asInt()).isEqualTo(403);
      assertThat(refused.path("body").asText()).doesNotContain(TASK.value(), "umbrella");
    }
    JsonNode line = Json.parse(call("GET", head, "", "treadle").path("body").asText());
    assertThat(line.path("state").asText()).isEqualTo("running");
    assertThat(call("GET", "/tasks", "", "treadle").path("body").asText())
        .contains("<strong>" + TASK + "</strong>");
    assertThat(call("GET", "/tasks/" + TASK, "", "treadle").path("body").asText())
        .contains("Where it stands", "a worker takes it");

    JsonNode done =
        call("POST", "/api/tasks/" + TASK + "/cancel", "{\"reason\":\"dry\"}", "treadle");
    assertThat(done.path("statusCode").asInt()).as(done.toString()).isEqualTo(200);
    assertThat(loop.store().find(TASK).orElseThrow().status()).isEqualTo(Status.FAILED);
    assertThat(loop.store().find(TASK).orElseThrow().outcome().detail())
        .isEqualTo("person:ann: dry");
  }

  @Test
  void whoHasATokenForUsSeesHowEachScheduleIsDoing() throws Exception {
    assertThat(call("GET", "/series", "", "treadle").path("body").asText())
        .contains("each-morning");
    JsonNode page = call("GET", "/series/each-morning", "", "treadle");
    assertThat(page.path("statusCode").asInt()).isEqualTo(200);
    assertThat(call("GET", "/series", "", "").path("statusCode").asInt()).isEqualTo(403);
  }

  private static JsonNode call(String method, String path, String body, String audience) {
    ObjectNode event = Json.object().put("version", "2.0").put("rawPath", path);
    event.put("rawQueryString", "").put("isBase64Encoded", false).put("body", body);
    event
        .putObject("headers")
        .put("host", "treadle.example.com")
        .put("content-type", "application/json");
    ObjectNode context = event.putObject("requestContext");
    context.putObject("http").put("method", method).put("path", path).put("sourceIp", "192.0.2.7");
    if (!audience.isEmpty()) {
      context
          .putObject("authorizer")
          .putObject("jwt")
          .putObject("claims")
          .put("iss", ISSUER)
          .put("aud", audience)
          .put("sub", "ann")
          .put("exp", "4102444800");
    }
    return EventServer.send(Json.write(event)).body();
  }
}
