package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.aws.CloudResource;
import dev.treadle.engine.Loop;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The webhook function as API Gateway's HTTP API invokes it. */
@QuarkusTest
@TestProfile(WebhookFunctionTest.Webhook.class)
@QuarkusTestResource(CloudResource.class)
class WebhookFunctionTest {
  private static final String SECRET = "It's a Secret to Everybody";

  /** Starts the application as the webhook function. */
  public static final class Webhook implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "quarkus.lambda.handler",
          "webhook",
          "treadle.webhooks",
          """
          {"github": {"scheme": "github", "secrets": ["HUB_SECRET"], "task_type": "umbrella",
                      "input": {"name": "/city"}}}
          """,
          "HUB_SECRET",
          SECRET);
    }
  }

  @Inject Loop loop;

  private static ObjectNode event(String delivery, String body) throws Exception {
    ObjectNode event = (ObjectNode) EventServer.documented("http-api.json");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    event
        .withObject("/headers")
        .put("x-github-delivery", delivery)
        .put("x-hub-signature-256", "sha256=" + HexFormat.of().formatHex(mac.doFinal(bytes)));
    return event.put("body", body);
  }

  private static JsonNode body(EventServer.Reply reply) throws Exception {
    return Json.parse(reply.body().path("body").asText());
  }

  @Test
  void aDeliveryIsAcceptedWithItsTaskAndADuplicateHearsTheSame() throws Exception {
    EventServer.Reply first = EventServer.send(event("d-1", "{\"city\": \"Tromsø\"}").toString());
    EventServer.Reply second = EventServer.send(event("d-1", "{\"city\": \"Tromsø\"}").toString());

    assertThat(first.body().path("statusCode").asInt()).as("%s", first.body()).isEqualTo(202);
    assertThat(body(first).path("task_id").asText()).isEqualTo("github:d-1");
    assertThat(first.body().path("headers").path("location").asText())
        .isEqualTo("/tasks/github:d-1");
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(loop.store().input(new TaskId("github:d-1")).orElseThrow().inputData())
        .isEqualTo(Json.object().put("name", "Tromsø"));
  }

  @Test
  void aBodyInTheGatewaysBase64IsVerifiedByTheBytesInIt() throws Exception {
    String body = "{\"city\": \"Bodø\"}";
    ObjectNode event = event("d-2", body).put("isBase64Encoded", true);
    event.put("body", Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)));

    EventServer.Reply reply = EventServer.send(event.toString());

    assertThat(reply.body().path("statusCode").asInt()).as("%s", reply.body()).isEqualTo(202);
  }

  @Test
  void aDamagedDeliveryIsRefusedAndStartsNothing() throws Exception {
    ObjectNode event = event("d-3", "{\"city\": \"Bergen\"}").put("body", "{\"city\":\"Bergen\"}");

    EventServer.Reply reply = EventServer.send(event.toString());

    assertThat(reply.body().path("statusCode").asInt()).isEqualTo(401);
    assertThat(reply.body().path("headers").path("content-type").asText())
        .isEqualTo("application/problem+json");
    assertThat(loop.store().find(new TaskId("github:d-3"))).isEmpty();
  }

  @Test
  void anEventWithoutSourceOrBodyIsRefused() {
    EventServer.Reply reply = EventServer.send("{\"version\": \"2.0\", \"headers\": {}}");

    assertThat(reply.body().path("statusCode").asInt()).as("%s", reply.body()).isEqualTo(404);
  }
}
