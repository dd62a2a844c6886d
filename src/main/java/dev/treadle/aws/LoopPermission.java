package dev.treadle.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Whether Lambda lets a function send itself messages without end, which it stops after some 16 in
 * a row unless somebody said that it is meant.
 *
 * <p>One signed call, for which no SDK module is needed.
 */
public final class LoopPermission {
  private static final Duration TIME_LIMIT = Duration.ofSeconds(10);
  private static final String SERVICE = "lambda";
  private final Optional<URI> endpoint;
  private final Optional<AwsCredentialsProvider> credentials;

  /**
   * Asks as the process may.
   *
   * @param endpoint another place than AWS, for emulators
   */
  public LoopPermission(Optional<URI> endpoint) {
    this(endpoint, Optional.empty());
  }

  LoopPermission(Optional<URI> endpoint, Optional<AwsCredentialsProvider> credentials) {
    this.endpoint = endpoint;
    this.credentials = credentials;
  }

  /** What is set, {@code Allow} or {@code Terminate}; empty when it could not be asked. */
  public Optional<String> read(String function) {
    try {
      String region = DefaultAwsRegionProviderChain.builder().build().getRegion().id();
      URI place =
          endpoint.orElseGet(
              () -> URI.create("https://%s.%s.amazonaws.com/".formatted(SERVICE, region)));
      URI url = place.resolve("/2024-08-31/functions/%s/recursion-config".formatted(function));
      HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(TIME_LIMIT);
      new RequestSigner(SERVICE, Optional.of(region), credentials)
          .headersToRead(url)
          .forEach(request::header);
      return answer(request.build());
    } catch (SdkClientException unsent) {
      return Optional.empty();
    }
  }

  private static Optional<String> answer(HttpRequest request) {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIME_LIMIT).build()) {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) return Optional.empty();
      JsonNode set = Json.parse(answer.body()).path("RecursiveLoop");
      return set.isTextual() ? Optional.of(set.textValue()) : Optional.empty();
    } catch (IOException | Json.MalformedJson unread) {
      return Optional.empty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
