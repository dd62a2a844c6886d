package dev.treadle.local;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.treadle.lambda.ApprovalHandler;
import dev.treadle.web.Site;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Plays API Gateway on loopback: turns an exchange into the event that the function gets, and its
 * answer back. Whoever reaches loopback is this machine's user.
 */
final class HttpFront implements HttpHandler {
  private final ApprovalHandler handler;
  private final String user;

  HttpFront(ApprovalHandler handler, String user) {
    this.handler = handler;
    this.user = user;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      // A name that somebody else's server gave to this machine would make their page our origin.
      if (!isLoopback(exchange.getRequestHeaders().getFirst("Host"))) {
        exchange.sendResponseHeaders(421, -1);
        return;
      }
      APIGatewayV2HTTPResponse answer = handler.handleRequest(event(exchange), null);
      answer.getHeaders().forEach(exchange.getResponseHeaders()::set);
      byte[] body = answer.getBody().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.getStatusCode(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) exchange.getResponseBody().write(body);
    }
  }

  private static boolean isLoopback(String host) {
    if (host == null) return false;
    String name = host.replaceFirst(":[0-9]+$", "");
    return name.equals("127.0.0.1") || name.equals("localhost") || name.equals("[::1]");
  }

  private APIGatewayV2HTTPEvent event(HttpExchange exchange) throws IOException {
    // One byte more than the site takes, so that it sees what is too large.
    byte[] body = exchange.getRequestBody().readNBytes(Site.BODY_BYTES_MAX + 1);
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
    var http =
        APIGatewayV2HTTPEvent.RequestContext.Http.builder()
            .withMethod(exchange.getRequestMethod())
            .withPath(path(exchange))
            .withSourceIp(exchange.getRemoteAddress().getAddress().getHostAddress())
            .build();
    var jwt =
        APIGatewayV2HTTPEvent.RequestContext.Authorizer.JWT
            .builder()
            .withClaims(Map.of("sub", user))
            .build();
    return APIGatewayV2HTTPEvent.builder()
        .withVersion("2.0")
        .withRawPath(path(exchange))
        .withQueryStringParameters(query(exchange))
        .withHeaders(headers)
        .withBody(new String(body, StandardCharsets.UTF_8))
        .withIsBase64Encoded(false)
        .withRequestContext(
            APIGatewayV2HTTPEvent.RequestContext.builder()
                .withHttp(http)
                .withAuthorizer(
                    APIGatewayV2HTTPEvent.RequestContext.Authorizer.builder().withJwt(jwt).build())
                .build())
        .build();
  }

  /** As it was sent: of {@code //approvals/x} a URI would take a part for the name of a host. */
  private static String path(HttpExchange exchange) {
    return exchange.getRequestURI().toString().split("[?#]", 2)[0];
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new LinkedHashMap<>();
    String raw = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
    for (String pair : raw.split("&", -1)) {
      int split = pair.indexOf('=');
      if (split > 0)
        query.put(decoded(pair.substring(0, split)), decoded(pair.substring(split + 1)));
    }
    return query;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return text;
    }
  }
}
