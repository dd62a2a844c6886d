package dev.treadle.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * An MCP server on loopback: JSON-RPC over streamable HTTP with sessions, as strict as the protocol
 * is about the order of messages.
 */
public final class FakeMcpServer implements AutoCloseable {
  private static final String SESSION = "s-1";

  /** What a call is answered with: a result or an error of JSON-RPC, beside its id. */
  public static final class Reply {
    public static final Reply SILENCE = new Reply(0, Json.object());
    private final int status;
    private final ObjectNode body;
    private final Optional<String> page;

    private Reply(int status, ObjectNode body) {
      this(status, body, Optional.empty());
    }

    private Reply(int status, ObjectNode body, Optional<String> page) {
      this.status = status;
      this.body = body;
      this.page = page;
    }

    /** Whatever somebody else's server would say. */
    public static Reply page(String text) {
      return new Reply(200, Json.object(), Optional.of(text));
    }

    public static Reply text(String text) {
      return new Reply(200, result(text, false));
    }

    public static Reply failure(String text) {
      return new Reply(200, result(text, true));
    }

    public static Reply error(int code, String message) {
      ObjectNode body = Json.object();
      body.putObject("error").put("code", code).put("message", message);
      return new Reply(200, body);
    }

    public static Reply status(int status) {
      return new Reply(status, Json.object());
    }

    private static ObjectNode result(String text, boolean isError) {
      ObjectNode body = Json.object();
      ObjectNode result = body.putObject("result").put("isError", isError);
      result.putArray("content").addObject().put("type", "text").put("text", text);
      return body;
    }
  }

  public final List<String> methods = new CopyOnWriteArrayList<>();
  public final List<String> authorizations = new CopyOnWriteArrayList<>();
  public final List<String> cookies = new CopyOnWriteArrayList<>();
  public final List<JsonNode> calls = new CopyOnWriteArrayList<>();
  public volatile List<ObjectNode> tools = List.of();
  public volatile Function<JsonNode, Reply> answering = _ -> Reply.text("done");
  public volatile boolean streams;
  public volatile String silentOn = "";

  /** Answers everything with this, once there is one. */
  public volatile Optional<Reply> only = Optional.empty();

  private final CountDownLatch closed = new CountDownLatch(1);
  private final HttpServer http;

  public FakeMcpServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/mcp", this::serve);
    http.start();
  }

  public URI address() {
    return URI.create(origin() + "/mcp");
  }

  public String origin() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  public static ObjectNode tool(String name, String description, String schema) {
    ObjectNode tool = Json.object().put("name", name).put("description", description);
    try {
      tool.set("inputSchema", Json.parse(schema));
    } catch (Json.MalformedJson malformed) {
      throw new IllegalArgumentException(malformed);
    }
    return tool;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      var headers = exchange.getRequestHeaders();
      authorizations.add(String.valueOf(headers.getFirst("Authorization")));
      if (headers.containsKey("Cookie")) cookies.add(headers.getFirst("Cookie"));
      exchange.getResponseHeaders().set("Set-Cookie", "tracker=1");
      if (!exchange.getRequestMethod().equals("POST")) {
        methods.add(exchange.getRequestMethod());
        exchange.sendResponseHeaders(200, -1);
        return;
      }
      JsonNode message = read(exchange);
      String method = message.path("method").asText();
      methods.add(method);
      boolean greets = method.equals("initialize");
      if (!greets && !SESSION.equals(headers.getFirst("Mcp-Session-Id"))) {
        exchange.sendResponseHeaders(400, -1);
        return;
      }
      if (method.equals(silentOn)) await();
      if (!message.has("id")) {
        exchange.sendResponseHeaders(202, -1);
        return;
      }
      answer(exchange, message, only.orElseGet(() -> reply(method, message.path("params"))));
    }
  }

  private static JsonNode read(HttpExchange exchange) throws IOException {
    try {
      return Json.parse(
          new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    } catch (Json.MalformedJson malformed) {
      throw new IOException(malformed);
    }
  }

  private void await() {
    try {
      closed.await();
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private Reply reply(String method, JsonNode params) {
    ObjectNode body = Json.object();
    return switch (method) {
      case "initialize" -> {
        ObjectNode result = body.putObject("result");
        result.put("protocolVersion", params.path("protocolVersion").asText());
        result.putObject("capabilities").putObject("tools").put("listChanged", true);
        result.putObject("serverInfo").put("name", "tickets").put("version", "1");
        yield new Reply(200, body);
      }
      case "tools/list" -> {
        // One tool a page.
        int page = params.path("cursor").asInt(0);
        ObjectNode result = body.putObject("result");
        var list = result.putArray("tools");
        if (page < tools.size()) list.add(tools.get(page));
        if (page + 1 < tools.size()) result.put("nextCursor", String.valueOf(page + 1));
        yield new Reply(200, body);
      }
      case "tools/call" -> {
        calls.add(params);
        yield answering.apply(params);
      }
      default -> Reply.error(-32_601, "no method " + method);
    };
  }

  private void answer(HttpExchange exchange, JsonNode message, Reply reply) throws IOException {
    if (reply.status == 0) return;
    if (reply.status != 200) {
      exchange.sendResponseHeaders(reply.status, -1);
      return;
    }
    ObjectNode body = reply.body.deepCopy().put("jsonrpc", "2.0");
    body.set("id", message.path("id"));
    String text = reply.page.orElseGet(() -> Json.write(body));
    if (streams) {
      // A server may say more before it answers, and even ask.
      text =
          """
          : hello

          event: message
          data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}

          data: {"jsonrpc":"2.0","id":"x","method":"sampling/createMessage","params":{}}

          id: 7
          event: message
          data: %s

          """
              .formatted(text);
    }
    exchange.getResponseHeaders().set("Mcp-Session-Id", SESSION);
    exchange
        .getResponseHeaders()
        .set("Content-Type", streams ? "text/event-stream" : "application/json");
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closed.countDown();
    http.stop(0);
  }
}
