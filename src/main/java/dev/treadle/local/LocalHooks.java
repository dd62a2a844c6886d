package dev.treadle.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.treadle.engine.Defaults;
import dev.treadle.trigger.WebhookAnswer;
import dev.treadle.trigger.WebhookReceiver;
import dev.treadle.trigger.WebhookRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** Receives webhooks on loopback: for a tunnel, or for a sender on this machine. */
final class LocalHooks implements HttpHandler {
  static final String PATH = "/hooks/";
  private final WebhookReceiver receiver;
  private final InstantSource clock;

  LocalHooks(WebhookReceiver receiver, InstantSource clock) {
    this.receiver = receiver;
    this.clock = clock;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().set("Allow", "POST");
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      // One byte more than is taken, so that the receiver sees what is too large.
      byte[] body = exchange.getRequestBody().readNBytes(Defaults.INPUT_BYTES_MAX + 1);
      String source = exchange.getRequestURI().getRawPath().substring(PATH.length());
      var request = new WebhookRequest(exchange.getRequestHeaders(), body);
      WebhookAnswer answer = receiver.receive(source, request, clock.instant());
      byte[] text = answer.body().toString().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      answer
          .location()
          .ifPresent(location -> exchange.getResponseHeaders().set("Location", location));
      exchange.sendResponseHeaders(answer.status(), text.length);
      exchange.getResponseBody().write(text);
    }
  }
}
