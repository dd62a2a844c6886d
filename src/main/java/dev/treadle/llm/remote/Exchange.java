package dev.treadle.llm.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** One request, sent once, and what became of it. */
record Exchange(HttpRequest request, Duration timeLimit, Words words) {
  static final int BYTES_MAX = Json.MAX_DOCUMENT_CHARS;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

  /** What came back. */
  sealed interface Heard {}

  /** A response of status 200. */
  record Success(ObjectNode body) implements Heard {}

  /** Any other response. */
  record Failure(HttpResponse<byte[]> response) implements Heard {}

  /** Nothing was sent. */
  record Unreached(String why) implements Heard {}

  /** It was sent, and nobody knows what the other side did with it. */
  record Lost(String why) implements Heard {}

  Heard run() {
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

  private Heard failure(@Nullable Throwable cause) {
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

  private Heard unreached(IOException why) {
    return new Unreached(
        "%s could not be reached: %s".formatted(request.uri().getHost(), words.of(why)));
  }

  private Heard lost(String what) {
    return new Lost(request.uri().getHost() + " " + what);
  }

  private Heard read(HttpResponse<byte[]> response) {
    if (response.statusCode() != 200) return new Failure(response);
    try {
      JsonNode body = Json.parse(new String(response.body(), StandardCharsets.UTF_8));
      return body instanceof ObjectNode object
          ? new Success(object)
          : lost("answered with JSON that is no object");
    } catch (Json.MalformedJson unreadable) {
      String type = response.headers().firstValue("content-type").orElse("no content type");
      return lost("answered with what is not JSON (" + words.of(type) + ")");
    }
  }
}
