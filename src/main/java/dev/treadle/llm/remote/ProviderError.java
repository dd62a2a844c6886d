package dev.treadle.llm.remote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.Usage;
import dev.treadle.llm.ModelReply;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a response other than 200 means, whoever sent it.
 *
 * <pre>
 * 401 402 403 404, a redirect, a spent account    →  Refused, hopeless: a person must change something
 * 408 409 424 425 429 5xx (529 is overload)       →  Unavailable, with Retry-After; it was not billed
 * 400 413 and all others                          →  Refused: another request may be served
 * </pre>
 */
final class ProviderError {
  private static final List<String> REQUEST_IDS =
      List.of("request-id", "x-request-id", "x-amzn-requestid");

  private final Dialect dialect;
  private final int status;
  private final HttpHeaders headers;
  private final JsonNode body;
  private final Words words;

  private ProviderError(Dialect dialect, HttpResponse<byte[]> response, Words words) {
    this.dialect = dialect;
    this.status = response.statusCode();
    this.headers = response.headers();
    this.body = tree(response.body());
    this.words = words;
  }

  static ModelReply reply(
      Dialect dialect, HttpResponse<byte[]> response, Words words, Instant now) {
    ProviderError error = new ProviderError(dialect, response, words);
    if (error.isHopeless()) return new ModelReply.Refused(error.text(), true);
    if (error.isPassing()) {
      return new ModelReply.Unavailable(
          error.text(), RetryAfter.of(error.headers, now), Usage.NONE);
    }
    return new ModelReply.Refused(error.text(), false);
  }

  private boolean isHopeless() {
    return switch (status) {
      case 401, 402, 403, 404 -> true;
      default -> status / 100 == 3 || dialect.isHopeless(status, body);
    };
  }

  private boolean isPassing() {
    return switch (status) {
      case 408, 409, 424, 425, 429 -> true;
      default -> status / 100 == 5;
    };
  }

  private String text() {
    StringBuilder text = new StringBuilder(dialect.provider()).append(" answered ").append(status);
    Optional<String> problem = dialect.problem(body).map(words::of).filter(said -> !said.isEmpty());
    if (problem.isPresent()) {
      text.append(' ').append(problem.get());
    } else {
      String type = words.of(headers.firstValue("content-type").orElse("no content type"));
      text.append(" with ").append(type).append(" instead of an error in JSON");
    }
    String request = words.of(body.path("request_id").asText(requestId()));
    if (!request.isEmpty()) text.append(" (request ").append(request).append(')');
    return text.append(hint()).toString();
  }

  private String requestId() {
    return REQUEST_IDS.stream()
        .map(headers::firstValue)
        .flatMap(Optional::stream)
        .findFirst()
        .orElse("");
  }

  private String hint() {
    return switch (status) {
      case 401, 403 -> ". Check the API key";
      case 404 -> ". Check the model's name and the base URL";
      default -> status / 100 == 3 ? ". Redirects are not followed; check the base URL" : "";
    };
  }

  private static JsonNode tree(byte[] body) {
    try {
      return Json.parse(new String(body, StandardCharsets.UTF_8));
    } catch (Json.MalformedJson notJson) {
      return Json.object();
    }
  }
}
