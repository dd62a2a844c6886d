package dev.treadle.llm.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.llm.remote.Price;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Environment variables as what they mean; a mistake is told with its variable and its rule. */
record Variables(Map<String, String> environment) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  Variables {
    environment = Map.copyOf(environment);
  }

  String text(String variable) {
    return environment.getOrDefault(variable, "").strip();
  }

  static IllegalArgumentException wrong(String variable, String rule) {
    return new IllegalArgumentException(variable + ": " + rule);
  }

  /** The entries of {@code a=1,b=2} in their order; an entry without a name has the usual one. */
  Map<String, String> entries(String variable, String usualName, String example) {
    Map<String, String> entries = new LinkedHashMap<>();
    if (text(variable).isEmpty()) return entries;
    for (String entry : text(variable).split(",", -1)) {
      int equals = entry.indexOf('=');
      String name = equals < 0 ? usualName : entry.substring(0, equals).strip();
      String value = entry.substring(equals + 1).strip();
      if (name.isEmpty() || value.isEmpty()) {
        throw wrong(variable, "must be like %s, found \"%s\"".formatted(example, entry));
      }
      if (entries.put(name, value) != null) {
        throw wrong(variable, "has two entries for \"%s\"".formatted(name));
      }
    }
    return entries;
  }

  Map<String, Price> prices(String variable) {
    Map<String, Price> prices = new LinkedHashMap<>();
    String example = "some-model=3/15/3.75/0.30,local-model=free";
    entries(variable, "", example)
        .forEach((name, value) -> prices.put(name, price(variable, name, value, example)));
    return prices;
  }

  private static Price price(String variable, String name, String value, String example) {
    if (value.equals("free")) return Price.FREE;
    String[] dollars = value.split("/", -1);
    try {
      if (dollars.length == 4) {
        Price price =
            new Price(
                micros(dollars[0]), micros(dollars[1]), micros(dollars[2]), micros(dollars[3]));
        if (!price.equals(Price.FREE)) return price;
      }
    } catch (ArithmeticException | IllegalArgumentException _) {
      // Told below.
    }
    throw wrong(
        variable,
        "must be like %s (dollars above zero per million tokens of input, output, cache write, cache read), found \"%s=%s\""
            .formatted(example, name, value));
  }

  private static long micros(String dollars) {
    return new BigDecimal(dollars.strip()).movePointRight(6).longValueExact();
  }

  Map<String, Integer> windows(String variable) {
    Map<String, Integer> windows = new LinkedHashMap<>();
    entries(variable, "", "some-model=131072")
        .forEach((name, value) -> {
          if (!value.matches("\\d{4,8}")) {
            throw wrong(
                variable,
                "must be like some-model=131072 (tokens, at least 1000), found \"%s=%s\""
                    .formatted(name, value));
          }
          windows.put(name, Integer.parseInt(value));
        });
    return windows;
  }

  ObjectNode object(String variable) {
    if (text(variable).isEmpty()) return Json.object();
    try {
      JsonNode tree = Json.parse(text(variable));
      if (tree instanceof ObjectNode object) return object;
      throw wrong(variable, "must be a JSON object");
    } catch (Json.MalformedJson malformed) {
      throw wrong(variable, "must be JSON: " + malformed.getMessage());
    }
  }

  boolean isOff(String variable) {
    return switch (text(variable)) {
      case "", "on" -> false;
      case "off" -> true;
      default -> throw wrong(variable, "must be on or off, was \"" + text(variable) + '"');
    };
  }

  /** An address to which a key may go: over TLS, or on this machine. */
  URI url(String variable, String usual) {
    String text = text(variable).isEmpty() ? usual : text(variable);
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException malformed) {
      throw wrong(variable, "must be an address: " + malformed.getReason());
    }
    boolean isTls = "https".equals(url.getScheme()) && url.getHost() != null;
    if (!isTls && !("http".equals(url.getScheme()) && isLoopback(url))) {
      throw wrong(variable, "must be https, or http on loopback: the API key goes there");
    }
    if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
      throw wrong(variable, "must have no user, query or fragment");
    }
    return url;
  }

  static boolean isLoopback(URI url) {
    return url.getHost() != null && LOOPBACK.contains(url.getHost());
  }
}
