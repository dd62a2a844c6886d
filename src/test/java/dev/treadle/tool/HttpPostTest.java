package dev.treadle.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.BlastRadius;
import dev.treadle.Effect;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.Preview;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpPostTest {
  private static final Instant NOW = Instant.parse("2026-11-23T06:00:00Z");
  private static final String KEY = "0123456789abcdef0123456789abcdef";

  /** Arguments of the tool. */
  public record Ticket(String title, int priority) {}

  private final List<String> received = new ArrayList<>();
  private final AtomicInteger status = new AtomicInteger(201);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/tickets",
        exchange -> {
          received.add(
              "%s %s %s %s"
                  .formatted(
                      exchange.getRequestMethod(),
                      exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                      exchange.getRequestHeaders().getFirst("Authorization"),
                      new String(
                          exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.getResponseHeaders().set("Retry-After", "7");
          if (status.get() == 0) {
            exchange.close();
            return;
          }
          exchange.sendResponseHeaders(status.get(), 0);
          exchange.getResponseBody().write("{\"id\":7}".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void theArgumentsArePostedWithTheKeyOfTheAction() throws Exception {
    assertThat(post(tool(origin())))
        .isEqualTo(new ToolOutcome.Succeeded(Json.object().put("id", 7)));
    assertThat(received)
        .containsExactly("POST " + KEY + " Bearer abc {\"title\":\"broken\",\"priority\":2}");
  }

  @Test
  void anAnswerThatCameCompressedIsRead() throws Exception {
    server.createContext(
        "/packed",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          exchange.sendResponseHeaders(200, 0);
          try (var packed = new GZIPOutputStream(exchange.getResponseBody())) {
            packed.write("{\"id\":7}".getBytes(StandardCharsets.UTF_8));
          }
          exchange.close();
        });

    assertThat(post(tool(origin() + "/packed")))
        .isEqualTo(new ToolOutcome.Succeeded(Json.object().put("id", 7)));
  }

  @Test
  void aToolIsOnlyAsRepeatableAsItsOtherSide() {
    HttpPost posts = new HttpPost(Reach.PUBLIC, () -> NOW);
    assertThat(posts.irreversible(target("https://desk.example")).effect())
        .isEqualTo(Effect.IRREVERSIBLE);
    Tool keyed = posts.idempotent(target("https://desk.example"), Duration.ofHours(24));
    assertThat(keyed.effect()).isEqualTo(Effect.IDEMPOTENT);
    assertThat(keyed.terms().repeatWindow()).isEqualTo(Duration.ofHours(24));
    assertThat(keyed.dependency().orElseThrow().name()).isEqualTo("desk.example");
  }

  @Test
  void anApproverSeesWhereWhatGoesAndTheAnswerIsOutsideText() {
    Tool tool = tool("https://tickets.example.com");
    JsonNode body = Json.object().put("text", "hello");

    assertThat(tool.review().title().apply(body)).isEqualTo("Post to tickets.example.com");
    assertThat(tool.review().preview().apply(body))
        .extracting(Preview::content)
        .contains(body)
        .anyMatch(content -> content.asText().startsWith("https://tickets.example.com"));
    assertThat(tool.terms().outsideText()).isTrue();
  }

  @Test
  void aClearRefusalDidNotHappenAndABrokenServerMayHave() throws Exception {
    status.set(422);
    assertThat(post(tool(origin()))).isInstanceOf(ToolOutcome.Failed.class);
    status.set(429);
    assertThat(post(tool(origin())))
        .isInstanceOfSatisfying(
            ToolOutcome.Unavailable.class,
            later -> assertThat(later.after()).isEqualTo(Duration.ofSeconds(7)));
    for (int unclear : List.of(500, 503, 0)) {
      status.set(unclear);
      assertThatThrownBy(() -> post(tool(origin()))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aRefusedConnectionAndARefusedAddressCertainlyDidNotHappen() throws Exception {
    String closed;
    try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = "http://127.0.0.1:" + once.getLocalPort();
    }
    assertThat(post(tool(closed))).isInstanceOf(ToolOutcome.Unavailable.class);
    Tool inside = new HttpPost(Reach.PUBLIC, () -> NOW).irreversible(target("https://10.0.0.1"));
    assertThat(post(inside)).isInstanceOf(ToolOutcome.Failed.class);
    assertThat(received).isEmpty();
  }

  @Test
  void aRedirectIsNotFollowedWithTheBody() throws Exception {
    status.set(307);
    assertThat(post(tool(origin()))).isInstanceOf(ToolOutcome.Failed.class);
    assertThat(received).hasSize(1);
  }

  private static Tool tool(String origin) {
    return new HttpPost(Reach.PUBLIC.withOrigin(origin), () -> NOW).irreversible(target(origin));
  }

  private static HttpPost.Target target(String origin) {
    return new HttpPost.Target(
        "open_ticket",
        "Opens a ticket.",
        URI.create(origin + "/tickets"),
        BlastRadius.MEDIUM,
        Ticket.class,
        Map.of("Authorization", "Bearer abc"));
  }

  private static ToolOutcome post(Tool tool) throws Exception {
    return tool.body()
        .perform(
            Json.object().put("title", "broken").put("priority", 2),
            new Invocation(new TaskId("t"), 1, KEY, Duration.ofSeconds(20), List::of));
  }

  private String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }
}
