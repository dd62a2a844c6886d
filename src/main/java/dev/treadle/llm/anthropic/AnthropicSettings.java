package dev.treadle.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * How Anthropic's models are reached.
 *
 * @param baseUrl before {@code /v1/messages}; without TLS on loopback only
 * @param apiKey read for every request, so that a new key needs no restart
 * @param models by the name that agents use
 */
public record AnthropicSettings(
    URI baseUrl, Supplier<String> apiKey, Map<String, ChosenModel> models) {
  private static final String KEY = "ANTHROPIC_API_KEY";
  private static final String BASE_URL = "ANTHROPIC_BASE_URL";
  private static final String MODEL = "TREADLE_MODEL";
  private static final String PRICES = "TREADLE_MODEL_PRICES";
  private static final String PARAMETERS = "TREADLE_MODEL_PARAMETERS";
  private static final String USUAL_BASE_URL = "https://api.anthropic.com";

  /** Agents that name no model of their own use this name. */
  private static final String USUAL_NAME = "default";

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /**
   * A model of the provider.
   *
   * @param parameters of every request: {@code temperature}, {@code thinking} and {@code
   *     output_config}, as the provider documents them
   */
  public record ChosenModel(String name, Price price, ObjectNode parameters) {
    private static final Set<String> LEGAL = Set.of("temperature", "thinking", "output_config");

    public ChosenModel {
      if (name.isBlank()) throw new IllegalArgumentException("a model's name must not be blank");
      parameters = parameters.deepCopy();
      parameters
          .fieldNames()
          .forEachRemaining(field -> {
            if (!LEGAL.contains(field)) {
              throw new IllegalArgumentException(
                  "model parameters must be some of %s, found \"%s\""
                      .formatted(new TreeSet<>(LEGAL), field));
            }
          });
    }
  }

  public AnthropicSettings {
    models = Map.copyOf(models);
    String scheme = baseUrl.getScheme() == null ? "" : baseUrl.getScheme();
    String host = baseUrl.getHost() == null ? "" : baseUrl.getHost();
    boolean isSafe = scheme.equals("https") || (scheme.equals("http") && LOOPBACK.contains(host));
    if (!isSafe || host.isEmpty()) {
      throw new IllegalArgumentException(
          "the base URL must be https, or http on loopback: the API key goes there");
    }
    if (baseUrl.getRawUserInfo() != null
        || baseUrl.getRawQuery() != null
        || baseUrl.getRawFragment() != null) {
      throw new IllegalArgumentException("the base URL must have no user, query or fragment");
    }
  }

  /**
   * Settings from environment variables, or nothing when there is no {@code ANTHROPIC_API_KEY}.
   *
   * <ul>
   *   <li>{@code TREADLE_MODEL}: the provider's name of the model, such as {@code claude-opus-5-5}.
   *       More models follow with the name that agents use: {@code
   *       claude-opus-5-5,fast=claude-haiku-4-5}
   *   <li>{@code TREADLE_MODEL_PRICES}: dollars per million tokens of input, output, cache write
   *       and cache read: {@code some-model=3/15/3.75/0.30}
   *   <li>{@code TREADLE_MODEL_PARAMETERS}: JSON that every request holds: {@code {"output_config":
   *       {"effort": "low"}}}
   *   <li>{@code ANTHROPIC_BASE_URL}
   * </ul>
   *
   * @throws IllegalArgumentException a variable is wrong; the message names it and the rule
   */
  public static Optional<AnthropicSettings> fromEnvironment(Map<String, String> environment) {
    Map<String, String> env = Map.copyOf(environment);
    if (env.getOrDefault(KEY, "").isBlank()) return Optional.empty();
    Map<String, Price> prices = prices(env.getOrDefault(PRICES, ""));
    ObjectNode parameters = parameters(env.getOrDefault(PARAMETERS, ""));
    Map<String, ChosenModel> models = new HashMap<>();
    names(env.getOrDefault(MODEL, ""))
        .forEach((agents, name) -> models.put(agents, chosen(name, prices, parameters)));
    return Optional.of(
        new AnthropicSettings(
            url(env.getOrDefault(BASE_URL, "")), () -> env.getOrDefault(KEY, "").strip(), models));
  }

  private static ChosenModel chosen(String name, Map<String, Price> prices, ObjectNode parameters) {
    Price price =
        Optional.ofNullable(prices.get(name))
            .or(() -> KnownModels.price(name))
            .orElseThrow(() ->
                wrong(
                    MODEL,
                    "no price is known for \"%s\"; name one of %s, or set %s=%s=3/15/3.75/0.30 (dollars per million tokens of input, output, cache write, cache read)"
                        .formatted(name, KnownModels.names(), PRICES, name)));
    ObjectNode all = KnownModels.parameters(name);
    all.setAll(parameters);
    try {
      return new ChosenModel(name, price, all);
    } catch (IllegalArgumentException illegal) {
      throw wrong(PARAMETERS, String.valueOf(illegal.getMessage()));
    }
  }

  private static URI url(String text) {
    if (text.isBlank()) return URI.create(USUAL_BASE_URL);
    try {
      return new URI(text.strip());
    } catch (URISyntaxException malformed) {
      throw wrong(BASE_URL, "must be an address: " + malformed.getReason());
    }
  }

  private static Map<String, String> names(String text) {
    if (text.isBlank()) return Map.of(USUAL_NAME, KnownModels.USUAL);
    Map<String, String> names = new HashMap<>();
    for (String entry : text.split(",", -1)) {
      int equals = entry.indexOf('=');
      String agents = equals < 0 ? USUAL_NAME : entry.substring(0, equals).strip();
      String name = entry.substring(equals + 1).strip();
      if (agents.isEmpty() || name.isEmpty()) {
        throw wrong(MODEL, "must be like claude-opus-5-5 or claude-opus-5-5,fast=claude-haiku-4-5");
      }
      if (names.put(agents, name) != null) {
        throw wrong(MODEL, "names two models for \"%s\"".formatted(agents));
      }
    }
    return names;
  }

  private static Map<String, Price> prices(String text) {
    Map<String, Price> prices = new HashMap<>();
    for (String entry : text.isBlank() ? new String[0] : text.split(",", -1)) {
      int equals = entry.indexOf('=');
      String[] dollars = entry.substring(equals + 1).split("/", -1);
      if (equals < 1 || dollars.length != 4) throw badPrice(entry);
      try {
        prices.put(
            entry.substring(0, equals).strip(),
            new Price(
                micros(dollars[0]), micros(dollars[1]), micros(dollars[2]), micros(dollars[3])));
      } catch (ArithmeticException | IllegalArgumentException illegal) {
        throw badPrice(entry);
      }
    }
    return prices;
  }

  private static long micros(String dollars) {
    return new BigDecimal(dollars.strip()).movePointRight(6).longValueExact();
  }

  private static IllegalArgumentException badPrice(String entry) {
    return wrong(
        PRICES,
        "must be like some-model=3/15/3.75/0.30 (dollars above zero per million tokens of input, output, cache write, cache read), found \"%s\""
            .formatted(entry));
  }

  private static ObjectNode parameters(String text) {
    if (text.isBlank()) return Json.object();
    try {
      JsonNode tree = Json.parse(text);
      if (tree instanceof ObjectNode object) return object;
      throw wrong(PARAMETERS, "must be a JSON object");
    } catch (Json.MalformedJson malformed) {
      throw wrong(PARAMETERS, "must be JSON: " + malformed.getMessage());
    }
  }

  private static IllegalArgumentException wrong(String variable, String rule) {
    return new IllegalArgumentException(variable + ": " + rule);
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "AnthropicSettings[baseUrl=%s, models=%s]".formatted(baseUrl, models);
  }
}
