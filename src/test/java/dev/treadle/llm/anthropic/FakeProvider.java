package dev.treadle.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server on loopback that speaks the Messages API: plays what it is told and keeps what it heard.
 */
final class FakeProvider implements AutoCloseable {
  /** What was asked. */
  record Asked(String method, String path, Headers headers, JsonNode body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<HttpHandler> script = new ConcurrentLinkedQueue<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  FakeProvider() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getPath(),
            exchange.getRequestHeaders(),
            parsed(body)));
    HttpHandler next = script.poll();
    if (next == null) {
      answer(exchange, 418, Map.of(), "nothing is scripted");
    } else {
      next.handle(exchange);
    }
    exchange.close();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Asked> asked() {
    return asked;
  }

  FakeProvider then(HttpHandler handler) {
    script.add(handler);
    return this;
  }

  /** Answers with a file of this folder. */
  FakeProvider thenFile(String name) {
    return thenJson(200, Map.of(), file(name));
  }

  FakeProvider thenJson(int status, Map<String, String> headers, String body) {
    return then(exchange -> {
      exchange.getResponseHeaders().set("content-type", "application/json");
      answer(exchange, status, headers, body);
    });
  }

  FakeProvider thenError(int status, String type, String message, Map<String, String> headers) {
    return thenJson(
        status,
        headers,
        file("error.json").replace("${type}", type).replace("${message}", message));
  }

  static void answer(HttpExchange exchange, int status, Map<String, String> headers, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  static String file(String name) {
    try (var stream = FakeProvider.class.getResourceAsStream("/anthropic/" + name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static JsonNode parsed(String json) {
    try {
      return Json.parse(json);
    } catch (Json.MalformedJson malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
