package dev.treadle.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.treadle.Json;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.HttpHeaders;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Streamable HTTP to one machine that was judged, for one session: each message is one request,
 * sent once. We ask and the server answers: what it sends of its own accord is not read.
 */
final class McpTransport implements McpClientTransport {
  static final McpJsonMapper JSON = new JacksonMcpJsonMapper(new ObjectMapper());
  private static final List<String> VERSIONS =
      List.of(
          ProtocolVersions.MCP_2025_03_26,
          ProtocolVersions.MCP_2025_06_18,
          ProtocolVersions.MCP_2025_11_25);
  private static final String STREAM = "text/event-stream";
  private static final Set<String> READABLE = Set.of("application/json", STREAM);

  private final WebExchange exchange;
  private final AddressGuard.Ruling.Cleared server;
  private final Map<String, String> credentials;
  private final AtomicBoolean called;
  private final InstantSource clock;
  private volatile Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> listener =
      message -> message;
  private volatile Optional<String> session = Optional.empty();

  /**
   * For one session.
   *
   * @param credentials headers that every request has
   * @param called becomes true when a call of a tool may have arrived
   */
  McpTransport(
      WebExchange exchange,
      AddressGuard.Ruling.Cleared server,
      Map<String, String> credentials,
      AtomicBoolean called,
      InstantSource clock) {
    this.exchange = exchange;
    this.server = server;
    this.credentials = Map.copyOf(credentials);
    this.called = called;
    this.clock = clock;
  }

  /** The message was not answered as it should be. */
  static final class Trouble extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean passes;
    private final Duration after;

    Trouble(String why, boolean passes, Duration after) {
      super(why);
      this.passes = passes;
      this.after = after;
    }

    boolean passes() {
      return passes;
    }

    Duration after() {
      return after;
    }
  }

  @Override
  public List<String> protocolVersions() {
    return VERSIONS;
  }

  @Override
  public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    return Mono.fromRunnable(() -> listener = handler);
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.deferContextual(told -> {
      Optional<String> version = told.getOrEmpty(McpAsyncClient.NEGOTIATED_PROTOCOL_VERSION);
      return Mono.fromRunnable(() -> send(message, version));
    });
  }

  /** Tells the server that the session is over, if it has one. */
  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(() -> {
      if (session.isEmpty()) return;
      Map<String, String> headers = headers(Optional.empty());
      exchange.send(
          new WebExchange.Request("DELETE", server, headers, Optional.empty()), _ -> false);
    });
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return JSON.convertValue(data, type);
  }

  private void send(JSONRPCMessage message, Optional<String> version) {
    Map<String, String> headers = headers(version);
    headers.put(HttpHeaders.ACCEPT, "application/json, " + STREAM);
    var request = new WebExchange.Request("POST", server, headers, Optional.of(written(message)));
    boolean calls =
        message instanceof JSONRPCRequest asked
            && asked.method().equals(McpSchema.METHOD_TOOLS_CALL);
    // Before it leaves: whoever stops waiting for the answer must see that the call is out.
    if (calls) called.set(true);
    switch (exchange.send(request, McpTransport::isReadable)) {
      case WebExchange.Answer.Unheard(String why, boolean _, boolean sent) -> {
        if (calls && !sent) called.set(false);
        // Unlike a page, a server that was reviewed should answer: whatever keeps it from that
        // counts as an outage, which a breaker sees.
        throw new Trouble(why, true, Duration.ZERO);
      }
      case WebExchange.Answer.Heard heard -> {
        if (calls && heard.head().isRefusal()) called.set(false);
        hear(message, heard);
      }
    }
  }

  private Map<String, String> headers(Optional<String> version) {
    Map<String, String> headers = new HashMap<>(credentials);
    session.ifPresent(id -> headers.put(HttpHeaders.MCP_SESSION_ID, id));
    version.ifPresent(agreed -> headers.put(HttpHeaders.PROTOCOL_VERSION, agreed));
    return headers;
  }

  private static String written(JSONRPCMessage message) {
    try {
      return JSON.writeValueAsString(message);
    } catch (IOException impossible) {
      throw new IllegalStateException("a message of ours is no JSON", impossible);
    }
  }

  private static boolean isReadable(Head head) {
    return head.isSuccess() && READABLE.contains(head.mediaType()) && head.isLegible();
  }

  private void hear(JSONRPCMessage asked, WebExchange.Answer.Heard heard) {
    Head head = heard.head();
    if (!head.isSuccess()) {
      throw new Trouble(
          "%s answered %d".formatted(server.address(), head.status()),
          head.isPassing(),
          head.isPassing() ? head.retryAfter(clock) : Duration.ZERO);
    }
    head.header("mcp-session-id").ifPresent(id -> session = Optional.of(id));
    if (!(asked instanceof JSONRPCRequest request)) return;
    String body = new String(heard.body(), StandardCharsets.UTF_8);
    List<String> documents =
        head.mediaType().equals(STREAM) ? EventStream.messages(body) : List.of(body);
    for (String document : documents) {
      if (answers(document, request)) {
        listener.apply(Mono.just(message(document))).subscribe();
        return;
      }
    }
    throw new Trouble(
        "%s did not answer %s in JSON".formatted(server.address(), request.method()),
        true,
        Duration.ZERO);
  }

  private static boolean answers(String document, JSONRPCRequest request) {
    try {
      JsonNode read = Json.parse(document);
      return read.path("id").asText().equals(String.valueOf(request.id()))
          && (read.has("result") || read.has("error"));
    } catch (Json.MalformedJson notJson) {
      return false;
    }
  }

  private JSONRPCMessage message(String document) {
    try {
      return McpSchema.deserializeJsonRpcMessage(JSON, document);
    } catch (IOException | IllegalArgumentException malformed) {
      throw new Trouble(
          server.address() + " answered with what is no JSON-RPC", true, Duration.ZERO);
    }
  }
}
