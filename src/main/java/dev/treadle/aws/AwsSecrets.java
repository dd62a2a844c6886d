package dev.treadle.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Secrets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Secrets of Secrets Manager and parameters of Systems Manager, by ARN, {@code secretsmanager:NAME}
 * or {@code ssm:NAME}.
 *
 * <p>Each is one call of one service: a signed JSON document, for which no SDK module is needed.
 */
public final class AwsSecrets implements Secrets {
  private static final Duration TIME_LIMIT = Duration.ofSeconds(4);
  private static final int BYTES_MAX = 256 * 1024;

  private final Optional<URI> endpoint;
  private final Optional<AwsCredentialsProvider> credentials;

  /** The two services, and how each is asked. */
  private enum Store {
    SECRETSMANAGER("secretsmanager.GetSecretValue", "SecretId", "/SecretString"),
    SSM("AmazonSSM.GetParameter", "Name", "/Parameter/Value");

    private final String target;
    private final String nameField;
    private final String secretAt;

    Store(String target, String nameField, String secretAt) {
      this.target = target;
      this.nameField = nameField;
      this.secretAt = secretAt;
    }

    String service() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** A reference, taken apart. */
  private record Place(Store store, String name, Optional<String> region) {}

  /**
   * Reads as the process may.
   *
   * @param endpoint another place than AWS, for emulators
   * @param credentials absent: as the environment says
   */
  public AwsSecrets(Optional<URI> endpoint, Optional<AwsCredentialsProvider> credentials) {
    this.endpoint = endpoint;
    this.credentials = credentials;
  }

  @Override
  public String read(String reference) {
    Place place = place(reference);
    try {
      return read(reference, place);
    } catch (SdkClientException unsent) {
      throw new Unreadable(reference, InfrastructureFailure.words(unsent));
    }
  }

  private String read(String reference, Place place) {
    Store store = place.store();
    String region =
        place
            .region()
            .orElseGet(() -> DefaultAwsRegionProviderChain.builder().build().getRegion().id());
    URI url =
        endpoint.orElseGet(
            () -> URI.create("https://%s.%s.amazonaws.com/".formatted(store.service(), region)));
    ObjectNode body = Json.object().put(store.nameField, place.name());
    if (store == Store.SSM) body.put("WithDecryption", true);
    byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(TIME_LIMIT)
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", store.target)
            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
    new RequestSigner(store.service(), Optional.of(region), credentials)
        .headers(url, bytes)
        .forEach(request::header);
    return secret(reference, place, answer(reference, request.build()));
  }

  private static Place place(String reference) {
    String[] parts = reference.split(":", 6);
    boolean isArn = parts.length == 6 && parts[0].equals("arn");
    String service = isArn ? parts[2] : parts[0];
    for (Store store : Store.values()) {
      if (!store.service().equals(service)) continue;
      return isArn
          ? new Place(store, reference, Optional.of(parts[3]))
          : new Place(store, reference.substring(service.length() + 1), Optional.empty());
    }
    throw new Unreadable(
        reference,
        "it must be an ARN of secretsmanager or ssm, or secretsmanager:NAME or ssm:NAME");
  }

  private static HttpResponse<byte[]> answer(String reference, HttpRequest request) {
    // A connection of its own: a pooled one may have died while the function was frozen.
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIME_LIMIT)
            .build();
    try {
      return client.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BYTES_MAX));
    } catch (IOException unreached) {
      throw new Unreadable(reference, unreached.getClass().getSimpleName());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Unreadable(reference, "this worker is being stopped");
    } finally {
      client.shutdownNow();
    }
  }

  private static String secret(String reference, Place place, HttpResponse<byte[]> response) {
    JsonNode body = Json.object();
    try {
      body = Json.parse(new String(response.body(), StandardCharsets.UTF_8));
    } catch (Json.MalformedJson _) {
      // Told below, without what was there instead: it may be a secret cut short.
    }
    if (response.statusCode() != 200) {
      String type = body.path("__type").asText("no reason given");
      throw new Unreadable(
          reference, "status %d, %s".formatted(response.statusCode(), type.replaceAll(".*#", "")));
    }
    JsonNode secret = body.at(place.store().secretAt);
    if (!secret.isTextual()) throw new Unreadable(reference, "the answer holds no text");
    return secret.textValue().strip();
  }
}
