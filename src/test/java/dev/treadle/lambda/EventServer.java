package dev.treadle.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.aws.CloudResource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.config.ConfigProvider;

/** Sends event JSON to the function under test through Quarkus' stand-in for Lambda. */
final class EventServer {
  /** What the function answered. */
  record Reply(int status, JsonNode body) {}

  private EventServer() {}

  static Reply send(String event) {
    int port = ConfigProvider.getConfig().getValue(CloudResource.EVENTS_PORT, Integer.class);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/_lambda_"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(event))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      String body = response.body().isEmpty() ? "null" : response.body();
      return new Reply(response.statusCode(), Json.read(body, JsonNode.class));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /** An event as AWS documents it. */
  static JsonNode documented(String name) {
    try (InputStream stream = EventServer.class.getResourceAsStream("/events/" + name)) {
      return Json.read(new String(stream.readAllBytes(), StandardCharsets.UTF_8), JsonNode.class);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
