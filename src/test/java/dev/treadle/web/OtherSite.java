package dev.treadle.web;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** Somebody else's site, which frames a page of ours, and notes what browsers load from it. */
final class OtherSite implements AutoCloseable {
  private final Map<String, Integer> loads = new ConcurrentHashMap<>();
  private final HttpServer http;

  OtherSite(String framed) throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String frames =
        "<!doctype html><link rel=icon href=data:,><img src=/own.png alt=''>"
            + "<iframe src=/frame></iframe><iframe src='%s'></iframe>".formatted(framed);
    http.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String path = exchange.getRequestURI().getPath();
            loads.merge(path, 1, Integer::sum);
            boolean isPicture = path.endsWith(".png");
            byte[] body =
                (isPicture ? "<svg xmlns='http://www.w3.org/2000/svg'/>" : frames)
                    .getBytes(StandardCharsets.UTF_8);
            if (path.equals("/frame")) body = "framed".getBytes(StandardCharsets.UTF_8);
            exchange
                .getResponseHeaders()
                .set("Content-Type", isPicture ? "image/svg+xml" : "text/html");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
  }

  String address(String name) {
    return "http://127.0.0.1:" + http.getAddress().getPort() + "/" + name;
  }

  /** How often, by path. */
  Map<String, Integer> loads() {
    return new TreeMap<>(loads);
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
