package dev.treadle.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * The outside world of {@link Chaos}, in a process of its own that nobody kills: counts what
 * happened, in a file with one line for each effect. Honours keys, answers slowly, and loses some
 * replies after the effect.
 */
public final class EffectServer {
  private static final int DELAY_MILLIS_MAX = 250;
  private static final int REPLIES_LOST_PERCENT = 3;

  /** Afterwards none: whoever loses one waits for the end of its lease before a human may speak. */
  private static final Duration LOSING_REPLIES = Duration.ofSeconds(40);

  private final Path file;
  private final SplittableRandom random;
  private final Instant begin = Instant.now();
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, Integer> onTheirWay = new HashMap<>();
  private final Set<String> keys = new HashSet<>();

  private EffectServer(Path file, long seed) {
    this.file = file;
    this.random = new SplittableRandom(seed);
  }

  /** The file, then the seed; prints its port. */
  public static void main(String[] arguments) throws IOException {
    EffectServer server = new EffectServer(Path.of(arguments[0]), Long.parseLong(arguments[1]));
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
    http.createContext("/effects", server::handle);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
    System.out.println(http.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> query =
        Arrays.stream(exchange.getRequestURI().getQuery().split("&"))
            .map(part -> part.split("=", 2))
            .collect(Collectors.toMap(part -> part[0], part -> part[1]));
    String effect = query.get("task") + " " + query.get("what");
    try (exchange) {
      if (exchange.getRequestMethod().equals("GET")) {
        answer(exchange, String.valueOf(count(effect)));
      } else if (perform(effect, query.getOrDefault("key", ""))) {
        answer(exchange, "done");
      }
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  /** False when the reply gets lost. */
  private boolean perform(String effect, String key) throws IOException, InterruptedException {
    change(onTheirWay, effect, 1);
    try {
      Thread.sleep(draw(DELAY_MILLIS_MAX));
      apply(effect, key);
    } finally {
      change(onTheirWay, effect, -1);
    }
    Thread.sleep(draw(DELAY_MILLIS_MAX));
    boolean isLosing = Instant.now().isBefore(begin.plus(LOSING_REPLIES));
    return !isLosing || draw(100) >= REPLIES_LOST_PERCENT;
  }

  private synchronized void apply(String effect, String key) throws IOException {
    boolean isNew = key.isEmpty() || keys.add(key);
    if (!isNew) return;
    counts.merge(effect, 1, Integer::sum);
    Files.writeString(file, effect + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private synchronized void change(Map<String, Integer> map, String effect, int by) {
    map.merge(effect, by, Integer::sum);
    notifyAll();
  }

  private synchronized int count(String effect) throws InterruptedException {
    while (onTheirWay.getOrDefault(effect, 0) > 0) wait();
    return counts.getOrDefault(effect, 0);
  }

  private synchronized int draw(int bound) {
    return random.nextInt(bound);
  }
}
