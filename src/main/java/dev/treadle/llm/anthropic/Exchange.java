package dev.treadle.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Usage;
import dev.treadle.llm.ModelReply;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * One request and what became of it.
 *
 * <p>What cannot be known counts at its worst: once the request was sent, a lost reply may have
 * been paid for.
 *
 * @param atWorst what the call may have used
 */
record Exchange(
    HttpRequest request,
    Duration timeLimit,
    Price price,
    Usage atWorst,
    Words words,
    InstantSource clock) {
  static final int BYTES_MAX = Json.MAX_DOCUMENT_CHARS;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Set<String> CUT = Set.of("max_tokens", "model_context_window_exceeded");

  ModelReply reply() {
    Duration connect = timeLimit.compareTo(CONNECT_MAX) < 0 ? timeLimit : CONNECT_MAX;
    // A connection of its own: a pooled one may have died while the function was frozen.
    // HTTP/1.1: a request that an HTTP/2 server did not process would be sent again unseen.
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connect)
            .build();
    try {
      CompletableFuture<HttpResponse<byte[]>> answer =
          client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BYTES_MAX));
      // A request's own timeout ends with the headers; this one ends a dripping body too.
      return read(answer.get(timeLimit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException slow) {
      return lost("did not answer within " + timeLimit.toMillis() / 1_000.0 + " s");
    } catch (ExecutionException failed) {
      return failure(failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return lost("was not waited for: this worker is being stopped");
    } finally {
      client.shutdownNow();
    }
  }

  private ModelReply failure(@Nullable Throwable cause) {
    return switch (cause) {
      case ConnectException refused -> unreached(refused);
      case HttpConnectTimeoutException slow -> unreached(slow);
      case SSLHandshakeException insecure -> unreached(insecure);
      case IOException broken -> lost("broke off: " + words.of(broken));
      case null, default ->
          throw new IllegalStateException(
              "asking " + request.uri().getHost() + " broke down", cause);
    };
  }

  private ModelReply unreached(IOException why) {
    return new ModelReply.Unavailable(
        "%s could not be reached: %s".formatted(request.uri().getHost(), words.of(why)),
        Duration.ZERO,
        Usage.NONE);
  }

  private ModelReply lost(String what) {
    return new ModelReply.Unavailable(request.uri().getHost() + " " + what, Duration.ZERO, atWorst);
  }

  private ModelReply read(HttpResponse<byte[]> response) {
    if (response.statusCode() != 200) {
      return ProviderError.reply(response, words, clock.instant());
    }
    try {
      JsonNode body = Json.parse(new String(response.body(), StandardCharsets.UTF_8));
      return body.isObject() ? answered(body) : lost("answered with JSON that is no object");
    } catch (Json.MalformedJson unreadable) {
      String type = response.headers().firstValue("content-type").orElse("no content type");
      return lost("answered with what is not JSON (" + words.of(type) + ")");
    }
  }

  private ModelReply answered(JsonNode body) {
    if (body.path("type").asText().equals("error")) {
      // An error in a body is an answer, and answers are not asked for again.
      return new ModelReply.Refused(
          "Anthropic answered 200 with an error: " + words.of(body.at("/error/message").asText("")),
          false);
    }
    String stopReason = body.path("stop_reason").asText("");
    ObjectNode answer = Json.object();
    if (body.get("content") instanceof ArrayNode content) {
      answer.set("content", withoutBrokenCalls(content, stopReason));
    }
    return new ModelReply.Answered(answer.put("stop_reason", stopReason), usage(body));
  }

  /**
   * Takes the arguments from calls that the model did not finish: what is left of them may look
   * complete, and a call without arguments is refused.
   */
  private static ArrayNode withoutBrokenCalls(ArrayNode content, String stopReason) {
    int first =
        stopReason.equals("refusal")
            ? 0
            : CUT.contains(stopReason) ? Math.max(0, content.size() - 1) : content.size();
    for (int i = first; i < content.size(); i++) {
      if (content.get(i) instanceof ObjectNode block
          && block.path("type").asText().equals("tool_use")) {
        block.remove("input");
      }
    }
    return content;
  }

  private Usage usage(JsonNode body) {
    JsonNode usage = body.path("usage");
    if (!isCount(usage.path("input_tokens")) || !isCount(usage.path("output_tokens"))) {
      return atWorst;
    }
    long written = count(usage.path("cache_creation_input_tokens"));
    long read = count(usage.path("cache_read_input_tokens"));
    long fresh = usage.path("input_tokens").longValue();
    long output = usage.path("output_tokens").longValue();
    return new Usage(
        fresh + written + read, output, price.costMicros(fresh, written, read, output));
  }

  private static boolean isCount(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= 0;
  }

  private static long count(JsonNode node) {
    return isCount(node) ? node.longValue() : 0;
  }
}
