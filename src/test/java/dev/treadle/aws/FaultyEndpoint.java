package dev.treadle.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between an adapter and its service and makes trouble: passes a call on and drops the
 * connection instead of the reply, or answers in the service's place.
 */
final class FaultyEndpoint implements AutoCloseable {
  /** What becomes of a call. */
  sealed interface Fate {
    /** The service does what it was asked, and nobody hears of it. */
    record LostReply() implements Fate {}

    /** The service is not asked. */
    record Answered(int status, String body) implements Fate {}
  }

  private record Rule(Fate fate, AtomicInteger left) {}

  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final URI service;
  private final Map<String, Rule> rules = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

  FaultyEndpoint(URI service) throws IOException {
    this.service = service;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The next calls of an operation, such as {@code UpdateItem}, end so. */
  void next(int count, String operation, Fate fate) {
    rules.put(operation, new Rule(fate, new AtomicInteger(count)));
  }

  void always(String operation, Fate fate) {
    next(Integer.MAX_VALUE, operation, fate);
  }

  void heal() {
    rules.clear();
  }

  int calls(String operation) {
    return calls.getOrDefault(operation, new AtomicInteger()).get();
  }

  static Fate lostReply() {
    return new Fate.LostReply();
  }

  /** An error as the JSON protocols of AWS write it. */
  static Fate error(int status, String type) {
    return error(status, type, Map.of());
  }

  static Fate cancelled(String... codes) {
    List<Map<String, String>> reasons =
        List.of(codes).stream().map(code -> Map.of("Code", code)).toList();
    return error(400, "TransactionCanceledException", Map.of("CancellationReasons", reasons));
  }

  private static Fate error(int status, String type, Map<String, Object> more) {
    var body = Json.object().put("__type", "com.amazonaws#" + type).put("message", "as told");
    more.forEach((name, value) -> body.set(name, Json.tree(value)));
    return new Fate.Answered(status, Json.write(body));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
      String operation = target.substring(target.lastIndexOf('.') + 1);
      calls.computeIfAbsent(operation, _ -> new AtomicInteger()).incrementAndGet();
      Rule rule = rules.get(operation);
      if (rule == null || rule.left().getAndDecrement() <= 0) {
        reply(exchange, passedOn(exchange, body));
        return;
      }
      switch (rule.fate()) {
        case Fate.LostReply() -> passedOn(exchange, body);
        case Fate.Answered(int status, String text) -> {
          byte[] answer = text.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
          exchange.sendResponseHeaders(status, answer.length);
          exchange.getResponseBody().write(answer);
        }
      }
    }
  }

  private HttpResponse<byte[]> passedOn(HttpExchange exchange, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.resolve(exchange.getRequestURI()))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    for (String name : List.of("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) request.header(name, value);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  private static void reply(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
    answer
        .headers()
        .firstValue("Content-Type")
        .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
    answer
        .headers()
        .firstValue("x-amzn-query-error")
        .ifPresent(code -> exchange.getResponseHeaders().set("x-amzn-query-error", code));
    exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
    exchange.getResponseBody().write(answer.body());
  }

  @Override
  public void close() {
    server.stop(0);
    client.close();
  }
}
