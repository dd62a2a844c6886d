package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.treadle.trigger.WebhookAnswer;
import dev.treadle.trigger.WebhookReceiver;
import dev.treadle.trigger.WebhookRequest;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Receives {@code POST /hooks/{source}} from API Gateway's HTTP API. */
@Named("webhook")
@Singleton
public class WebhookHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final WebhookReceiver receiver;
  private final InstantSource clock;

  public WebhookHandler(WebhookReceiver receiver, InstantSource clock) {
    this.receiver = receiver;
    this.clock = clock;
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(
      APIGatewayV2HTTPEvent event, @Nullable Context context) {
    String source = orEmpty(event.getPathParameters()).getOrDefault("source", "");
    WebhookAnswer answer =
        receiver.receive(source, new WebhookRequest(headers(event), body(event)), clock.instant());
    Map<String, String> headers = new HashMap<>(Map.of("content-type", answer.contentType()));
    answer.location().ifPresent(location -> headers.put("location", location));
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(answer.status())
        .withHeaders(headers)
        .withBody(answer.body().toString())
        .build();
  }

  /**
   * The gateway joins a header that came twice with a comma. An id or a time that was joined is not
   * the one that was signed, and of signatures that were joined one must still fit.
   */
  private static Map<String, List<String>> headers(APIGatewayV2HTTPEvent event) {
    Map<String, List<String>> headers = new HashMap<>();
    orEmpty(event.getHeaders()).forEach((name, value) -> headers.put(name, List.of(value)));
    return headers;
  }

  /** The gateway's base64 is its own: what the sender signed are the bytes in it. */
  private static byte[] body(APIGatewayV2HTTPEvent event) {
    String body = Optional.ofNullable(event.getBody()).orElse("");
    return event.getIsBase64Encoded()
        ? Base64.getDecoder().decode(body)
        : body.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
