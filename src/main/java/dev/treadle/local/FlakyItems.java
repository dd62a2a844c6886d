package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Json;
import dev.treadle.tool.HttpPost;
import dev.treadle.tool.WholeFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An interface that processes items, under {@code /api/items}, and has bad moments: something to
 * try the runner on. It takes each {@code Idempotency-Key} once and remembers it for ever, in one
 * file of its folder.
 *
 * <p>The first request for some items goes wrong: 429, 503, or no answer though the work was done.
 * With {@value #OUTAGE_BEGINS} it is down for a while. A negative amount is always refused.
 */
final class FlakyItems {
  private static final String PATH = "/api/items";
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{32}");
  private static final int BODY_BYTES_MAX = 64 * 1024;
  private static final String OUTAGE_BEGINS = "item-121";

  /** Long enough for a breaker to open, and over before it tries again. */
  private static final Duration OUTAGE = Duration.ofSeconds(25);

  /** Longer than who asks waits. */
  private static final long SILENCE_SECONDS = 20;

  private final Path folder;
  private final InstantSource clock;
  private final Map<String, Integer> requests = new ConcurrentHashMap<>();
  private volatile @Nullable Instant downUntil;

  /** What a request meets. */
  private enum Mood {
    WELL,
    BUSY,
    BROKEN,
    SILENT,
    DOWN
  }

  private FlakyItems(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** Adds the interface to a server, which may be running. */
  static void install(HttpServer server, Path folder, InstantSource clock) {
    server.createContext(PATH, new FlakyItems(folder, clock)::handle);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        SiteAnswer.json(200, "{\"processed\":%d}".formatted(processed())).send(exchange);
        return;
      }
      String key = String.valueOf(exchange.getRequestHeaders().getFirst(HttpPost.KEY_HEADER));
      byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX);
      JsonNode item = Json.parse(new String(body, StandardCharsets.UTF_8));
      Mood mood = mood(item.path("id").asText());
      SiteAnswer answer =
          switch (mood) {
            case WELL, SILENT -> process(key, item);
            case BUSY -> error(429, "too many requests").with("Retry-After", "1");
            case BROKEN -> error(503, "something broke, try again");
            case DOWN -> error(503, "down for repair");
          };
      if (mood == Mood.SILENT) TimeUnit.SECONDS.sleep(SILENCE_SECONDS);
      answer.send(exchange);
    } catch (Json.MalformedJson malformed) {
      error(400, "the item must be JSON: " + malformed.getMessage()).send(exchange);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private Mood mood(String item) {
    boolean isFirst = requests.merge(item, 1, Integer::sum) == 1;
    if (isFirst && item.equals(OUTAGE_BEGINS)) downUntil = clock.instant().plus(OUTAGE);
    if (downUntil instanceof Instant until && clock.instant().isBefore(until)) return Mood.DOWN;
    if (!isFirst) return Mood.WELL;
    return switch (item) {
      case "item-017" -> Mood.BUSY;
      case "item-046" -> Mood.BROKEN;
      case "item-088" -> Mood.SILENT;
      default -> Mood.WELL;
    };
  }

  /** The file is the memory of the key: there before the answer, or nothing was done. */
  private SiteAnswer process(String key, JsonNode item) throws IOException {
    if (!KEY.matcher(key).matches()) return error(400, "Idempotency-Key must be 32 hex digits");
    BigDecimal amount = item.path("amount").decimalValue();
    if (amount.signum() < 0) return error(422, "the amount is negative: " + amount);
    Path file = folder.resolve(key + ".json");
    if (!Files.exists(file)) WholeFile.write(file, item.toString());
    return SiteAnswer.json(200, "{\"processed\":true}");
  }

  private long processed() throws IOException {
    if (!Files.isDirectory(folder)) return 0;
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).count();
    }
  }

  private static SiteAnswer error(int status, String why) {
    return SiteAnswer.json(status, Json.write(Json.object().put("error", why)));
  }
}
