package dev.treadle.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.Usage;
import dev.treadle.llm.ModelReply;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What an answer other than 200 means.
 *
 * <pre>
 * 401 402 403 404, a redirect, the monthly limit  →  Refused, hopeless: a person must change something
 * 408 409 429 5xx (529 is overload)               →  Unavailable, with Retry-After; it was not billed
 * 400 413 and all others                          →  Refused: another request may be served
 * </pre>
 */
final class ProviderError {
  private final int status;
  private final HttpHeaders headers;
  private final JsonNode body;
  private final Words words;

  private ProviderError(HttpResponse<byte[]> response, Words words) {
    this.status = response.statusCode();
    this.headers = response.headers();
    this.body = tree(response.body());
    this.words = words;
  }

  static ModelReply reply(HttpResponse<byte[]> response, Words words, Instant now) {
    ProviderError error = new ProviderError(response, words);
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
      case 429 -> isSpendLimit();
      default -> status / 100 == 3;
    };
  }

  private boolean isPassing() {
    return switch (status) {
      case 408, 409, 429 -> true;
      default -> status / 100 == 5;
    };
  }

  /** It looks like a rate limit, but only a new month or a person ends it. */
  private boolean isSpendLimit() {
    return body.at("/error/details/error_code").asText().equals("enforced_spend_limit_reached");
  }

  private String text() {
    StringBuilder text = new StringBuilder("Anthropic answered ").append(status);
    JsonNode error = body.path("error");
    if (error.path("type").isTextual()) {
      text.append(' ').append(words.of(error.path("type").textValue()));
      String message = words.of(error.path("message").asText(""));
      if (!message.isEmpty()) text.append(": ").append(message);
    } else {
      String type = words.of(headers.firstValue("content-type").orElse("no content type"));
      text.append(" with ").append(type).append(" instead of an error in JSON");
    }
    String request =
        words.of(body.path("request_id").asText(headers.firstValue("request-id").orElse("")));
    if (!request.isEmpty()) text.append(" (request ").append(request).append(')');
    return text.append(hint()).toString();
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
