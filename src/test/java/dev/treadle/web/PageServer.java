package dev.treadle.web;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * Serves finished answers on loopback, with the headers that they would have. What it has no answer
 * for under {@code /api/} it never answers, as a network may do.
 */
final class PageServer implements AutoCloseable {
  private final Map<String, Response> pages;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final HttpServer http;

  PageServer(Map<String, Response> pages) throws IOException {
    this.pages = pages;
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          try (exchange) {
            Response page = pages.get(exchange.getRequestURI().getPath().substring(1));
            if (page == null && exchange.getRequestURI().getPath().startsWith("/api/")) await();
            if (page == null) {
              exchange.sendResponseHeaders(404, -1);
              return;
            }
            HeaderPolicy.on(page).headers().forEach(exchange.getResponseHeaders()::set);
            byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
            // Chromium marks a page of 4xx in the log that the tests read; the status is tested
            // apart.
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
  }

  private void await() {
    try {
      closed.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** The pages, without the answers to their scripts. */
  List<String> names() {
    return pages.keySet().stream().filter(name -> !name.startsWith("api/")).toList();
  }

  String address(String name) {
    return "http://127.0.0.1:" + http.getAddress().getPort() + "/" + name;
  }

  @Override
  public void close() {
    closed.countDown();
    http.stop(0);
  }
}
