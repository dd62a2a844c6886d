package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.InputMapping;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Starter;
import dev.treadle.engine.Worker;
import dev.treadle.trigger.WebhookReceiver;
import dev.treadle.trigger.WebhookScheme;
import dev.treadle.trigger.WebhookSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Webhooks over real connections on loopback. */
class LocalHooksTest {
  private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
  private static final String SECRET = "It's a Secret to Everybody";
  private final EmbeddedTaskStore store = new EmbeddedTaskStore(new MapRecords());
  private final Starter starter =
      new Starter(
          store,
          (_, _) -> {},
          new AgentCatalog(List.of(Agent.named("clerk").build())),
          new NoModel(),
          new Worker(() -> NOW, new Random(7), Defaults.LEASE));
  private HttpServer server;

  @BeforeEach
  void listen() throws Exception {
    WebhookSource source =
        new WebhookSource(
            "hub",
            WebhookScheme.GITHUB,
            List.of("SECRET"),
            "clerk",
            InputMapping.of(Map.of("city", "/city")));
    WebhookReceiver receiver =
        new WebhookReceiver(List.of(source), _ -> Optional.of(SECRET), starter);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(LocalHooks.PATH, new LocalHooks(receiver, () -> NOW));
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path));
  }

  private HttpRequest.Builder signed(byte[] body) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return to("/hooks/hub")
        .header("Content-Type", "application/json")
        .header("X-GitHub-Delivery", "d-1")
        .header("X-Hub-Signature-256", "sha256=" + HexFormat.of().formatHex(mac.doFinal(body)))
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void aDeliveryIsAcceptedByItsRawBytes() throws Exception {
    var response = send(signed("{\"city\": \"Tromsø\"}".getBytes(StandardCharsets.UTF_8)));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    assertThat(response.headers().firstValue("Location")).contains("/tasks/hub:d-1");
    assertThat(store.input(new TaskId("hub:d-1")).orElseThrow().inputData())
        .isEqualTo(Json.object().put("city", "Tromsø"));
  }

  @Test
  void twoSignatureHeadersAreRefused() throws Exception {
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    var response = send(signed(body).header("X-Hub-Signature-256", "sha256=" + "0".repeat(64)));

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  @Test
  void aBodyThatIsTooLargeAnUnknownSourceAndAReadAreRefused() throws Exception {
    assertThat(send(signed(new byte[300 * 1024])).statusCode()).isEqualTo(413);
    assertThat(
            send(to("/hooks/nobody").POST(HttpRequest.BodyPublishers.ofString("{}"))).statusCode())
        .isEqualTo(404);
    assertThat(send(to("/hooks/hub").GET()).statusCode()).isEqualTo(405);
  }

  private static final class NoModel implements StepExecutor {
    @Override
    public StepResult execute(StepInput input, Actions actions) {
      throw new AssertionError("no step runs here");
    }

    @Override
    public Reserve firstReserve(Agent agent) {
      return Reserve.NONE;
    }
  }
}
