package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.treadle.web.Request;
import dev.treadle.web.Response;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** HTTP as an HTTP API of API Gateway sends it (payload format 2.0). */
final class GatewayEvent {
  private GatewayEvent() {}

  static Request request(APIGatewayV2HTTPEvent event, Optional<String> person) {
    APIGatewayV2HTTPEvent.RequestContext.Http http = event.getRequestContext().getHttp();
    return new Request(
        http.getMethod(),
        event.getRawPath(),
        orEmpty(event.getQueryStringParameters()),
        orEmpty(event.getHeaders()),
        body(event),
        new Request.Sender(Optional.ofNullable(http.getSourceIp()).orElse(""), person));
  }

  static APIGatewayV2HTTPResponse answer(Response response) {
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(response.status())
        .withHeaders(response.headers())
        .withBody(response.body())
        .withIsBase64Encoded(false)
        .build();
  }

  /** What the gateway's JWT authorizer says of the sender; nothing without one. */
  static Map<String, String> claims(APIGatewayV2HTTPEvent event) {
    return Optional.ofNullable(event.getRequestContext().getAuthorizer())
        .map(APIGatewayV2HTTPEvent.RequestContext.Authorizer::getJwt)
        .map(APIGatewayV2HTTPEvent.RequestContext.Authorizer.JWT::getClaims)
        .orElse(Map.of());
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }

  private static String body(APIGatewayV2HTTPEvent event) {
    String body = event.getBody();
    if (body == null) return "";
    if (!event.getIsBase64Encoded()) return body;
    try {
      return new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      return body; // No form and no JSON either: the site says so.
    }
  }
}
