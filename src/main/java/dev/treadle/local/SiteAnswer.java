package dev.treadle.local;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a trial site of this runtime answers. */
record SiteAnswer(int status, String contentType, String body, Map<String, String> headers) {
  SiteAnswer {
    headers = Map.copyOf(headers);
  }

  static SiteAnswer html(int status, String page) {
    return new SiteAnswer(status, "text/html; charset=utf-8", page, Map.of());
  }

  static SiteAnswer json(int status, String document) {
    return new SiteAnswer(status, "application/json", document, Map.of());
  }

  SiteAnswer with(String header, String value) {
    return new SiteAnswer(status, contentType, body, Map.of(header, value));
  }

  void send(HttpExchange exchange) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    boolean hasBody = bytes.length > 0 && !exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, hasBody ? bytes.length : -1);
    if (hasBody) exchange.getResponseBody().write(bytes);
  }
}
