package dev.treadle.llm.remote;

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

/** A server on loopback that plays a provider's exchanges and keeps what it heard. */
public final class FakeProvider implements AutoCloseable {
  /** What was asked. */
  public record Asked(String method, String path, Headers headers, JsonNode body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<HttpHandler> script = new ConcurrentLinkedQueue<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  private final String folder;

  /** A provider whose exchanges lie in a folder of the test resources. */
  public FakeProvider(String folder) throws IOException {
    this.folder = folder;
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

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public List<Asked> asked() {
    return asked;
  }

  public FakeProvider then(HttpHandler handler) {
    script.add(handler);
    return this;
  }

  /** Answers with a file of this folder. */
  public FakeProvider thenFile(String name) {
    return thenJson(200, Map.of(), file(name));
  }

  public FakeProvider thenJson(int status, Map<String, String> headers, String body) {
    return then(exchange -> {
      exchange.getResponseHeaders().set("content-type", "application/json");
      answer(exchange, status, headers, body);
    });
  }

  public FakeProvider thenError(
      int status, String type, String message, Map<String, String> headers) {
    return thenJson(
        status,
        headers,
        file("error.json").replace("${type}", type).replace("${message}", message));
  }

  public static void answer(
      HttpExchange exchange, int status, Map<String, String> headers, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  public String file(String name) {
    try (var stream = FakeProvider.class.getResourceAsStream("/" + folder + "/" + name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  public static JsonNode parsed(String json) {
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
