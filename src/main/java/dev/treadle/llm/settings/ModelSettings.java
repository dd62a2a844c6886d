package dev.treadle.llm.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Secrets;
import dev.treadle.llm.Model;
import dev.treadle.llm.Models;
import dev.treadle.llm.anthropic.MessagesDialect;
import dev.treadle.llm.bedrock.ConverseDialect;
import dev.treadle.llm.openai.ChatDialect;
import dev.treadle.llm.remote.Authorization;
import dev.treadle.llm.remote.Price;
import dev.treadle.llm.remote.RemoteModel;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Which models a deployment asks, from environment variables; {@code docs/models.md} explains them.
 *
 * <ul>
 *   <li>{@code TREADLE_MODEL}: the provider's name of the model; {@code openai:} and {@code
 *       bedrock:} stand before those of other providers than Anthropic. More models follow with the
 *       name that agents use: {@code claude-opus-5-5,fast=openai:some-model}
 *   <li>{@code TREADLE_MODEL_PRICES}: dollars per million tokens of input, output, cache write and
 *       cache read, or {@code free}: {@code some-model=3/15/3.75/0.30}
 *   <li>{@code TREADLE_MODEL_WINDOWS}: tokens that a model can read and write: {@code
 *       some-model=131072}
 *   <li>{@code TREADLE_MODEL_PARAMETERS}: JSON that every request holds, or with the name that
 *       agents use as the key of each model's own
 *   <li>{@code TREADLE_MODEL_CACHING}: {@code off} asks no provider to keep a prompt
 *   <li>{@code ANTHROPIC_API_KEY}, {@code OPENAI_API_KEY}: the key, or the reference of a secret
 *   <li>{@code ANTHROPIC_BASE_URL}, {@code OPENAI_BASE_URL}, {@code BEDROCK_BASE_URL}
 * </ul>
 */
public final class ModelSettings {
  private static final String MODEL = "TREADLE_MODEL";
  private static final String PRICES = "TREADLE_MODEL_PRICES";
  private static final String WINDOWS = "TREADLE_MODEL_WINDOWS";
  private static final String PARAMETERS = "TREADLE_MODEL_PARAMETERS";
  private static final String CACHING = "TREADLE_MODEL_CACHING";
  private static final String ANTHROPIC_KEY = "ANTHROPIC_API_KEY";
  private static final String OPENAI_KEY = "OPENAI_API_KEY";

  /** Agents that name no model of their own use this name. */
  private static final String USUAL_NAME = "default";

  /** Of a model that nobody described: small enough for most, and only more summaries if wrong. */
  private static final int USUAL_WINDOW_TOKENS = 32_768;

  private final Variables variables;
  private final Access access;
  private final InstantSource clock;
  private final Map<String, Price> prices;
  private final Map<String, Integer> windows;
  private final ObjectNode parameters;
  private final Map<String, String> names;

  /**
   * What lets requests in.
   *
   * @param secrets reads the references that stand in place of keys
   * @param iam signs requests to Bedrock
   */
  public record Access(Secrets secrets, Authorization iam) {}

  /** A model as the configuration names it. */
  private record Chosen(String agents, Provider provider, String name) {}

  private ModelSettings(Map<String, String> environment, Access access, InstantSource clock) {
    this.variables = new Variables(environment);
    this.access = access;
    this.clock = clock;
    this.prices = variables.prices(PRICES);
    this.windows = variables.windows(WINDOWS);
    this.parameters = variables.object(PARAMETERS);
    this.names =
        variables.entries(
            MODEL, USUAL_NAME, "claude-opus-5-5 or claude-opus-5-5,fast=openai:some-model");
  }

  /**
   * The models that the environment names, or nothing when it names none and holds no {@code
   * ANTHROPIC_API_KEY}.
   *
   * @throws IllegalArgumentException a variable is wrong; the message names it and the rule
   */
  public static Optional<Models> models(
      Map<String, String> environment, Access access, InstantSource clock) {
    ModelSettings settings = new ModelSettings(environment, access, clock);
    if (settings.names.isEmpty()) {
      if (settings.variables.text(ANTHROPIC_KEY).isEmpty()) return Optional.empty();
      settings.names.put(USUAL_NAME, KnownModels.USUAL);
    }
    Map<String, Model> models = new HashMap<>();
    settings.names.forEach((agents, name) -> models.put(agents, settings.model(agents, name)));
    return Optional.of(new Models(models));
  }

  private Model model(String agents, String name) {
    Chosen chosen = chosen(agents, name);
    RemoteModel.Terms terms =
        new RemoteModel.Terms(
            new Model.Origin(chosen.provider().conventional(), chosen.name()),
            price(chosen),
            window(chosen));
    return switch (chosen.provider()) {
      case ANTHROPIC -> anthropic(chosen, terms);
      case OPENAI -> openai(chosen, terms);
      case BEDROCK -> bedrock(chosen, terms);
    };
  }

  private static Chosen chosen(String agents, String name) {
    for (Provider provider : Provider.values()) {
      if (!name.startsWith(provider.prefix())) continue;
      String rest = name.substring(provider.prefix().length()).strip();
      if (rest.isEmpty()) throw Variables.wrong(MODEL, "names no model after " + provider.prefix());
      return new Chosen(agents, provider, rest);
    }
    return new Chosen(agents, Provider.ANTHROPIC, name);
  }

  private Price price(Chosen chosen) {
    Optional<Price> known =
        chosen.provider() == Provider.ANTHROPIC
            ? KnownModels.price(chosen.name())
            : Optional.empty();
    return Optional.ofNullable(prices.get(chosen.name()))
        .or(() -> known)
        .orElseThrow(() ->
            Variables.wrong(
                MODEL,
                "no price is known for \"%s\"; name one of %s, or set %s=%s=3/15/3.75/0.30 (dollars per million tokens of input, output, cache write, cache read; free for a model of your own)"
                    .formatted(chosen.name(), KnownModels.names(), PRICES, chosen.name())));
  }

  private int window(Chosen chosen) {
    boolean isKnown = KnownModels.price(chosen.name()).isPresent();
    return windows.getOrDefault(
        chosen.name(), isKnown ? KnownModels.WINDOW_TOKENS : USUAL_WINDOW_TOKENS);
  }

  /** The object under the name that agents use, or what is there for all models. */
  private ObjectNode parameters(Chosen chosen) {
    ObjectNode told = parameters.deepCopy();
    if (parameters.get(chosen.agents()) instanceof ObjectNode own) {
      told = own.deepCopy();
    } else {
      told.remove(names.keySet());
    }
    for (String field : told.properties().stream().map(Map.Entry::getKey).toList()) {
      if (!chosen.provider().parameters().contains(field)) {
        throw Variables.wrong(
            PARAMETERS,
            "must be some of %s for %s, found \"%s\""
                .formatted(new TreeSet<>(chosen.provider().parameters()), chosen.name(), field));
      }
    }
    return told;
  }

  private Model anthropic(Chosen chosen, RemoteModel.Terms terms) {
    Supplier<String> key =
        key(ANTHROPIC_KEY)
            .orElseThrow(() ->
                Variables.wrong(
                    ANTHROPIC_KEY,
                    "is not set, and %s names \"%s\"".formatted(MODEL, chosen.name())));
    URI url = variables.url("ANTHROPIC_BASE_URL", "https://api.anthropic.com");
    ObjectNode told = KnownModels.parameters(chosen.name());
    told.setAll(parameters(chosen));
    return new RemoteModel(
        new MessagesDialect(chosen.name(), told, !variables.isOff(CACHING)),
        new RemoteModel.Route(below(url, "v1/messages"), Authorization.header("x-api-key", key)),
        terms,
        clock);
  }

  private Model openai(Chosen chosen, RemoteModel.Terms terms) {
    URI url = variables.url("OPENAI_BASE_URL", "https://api.openai.com/v1");
    Optional<Supplier<String>> key = key(OPENAI_KEY);
    if (key.isEmpty() && !Variables.isLoopback(url)) {
      throw Variables.wrong(
          OPENAI_KEY, "is not set, and %s names \"%s\"".formatted(MODEL, chosen.name()));
    }
    String limitName =
        "api.openai.com".equals(url.getHost()) ? "max_completion_tokens" : "max_tokens";
    return new RemoteModel(
        new ChatDialect(chosen.name(), parameters(chosen), limitName),
        new RemoteModel.Route(
            below(url, "chat/completions"),
            key.map(Authorization::bearer).orElseGet(Authorization::none)),
        terms,
        clock);
  }

  private Model bedrock(Chosen chosen, RemoteModel.Terms terms) {
    String region = variables.text("AWS_REGION");
    if (region.isEmpty() && variables.text("BEDROCK_BASE_URL").isEmpty()) {
      throw Variables.wrong(
          "AWS_REGION", "is not set, and %s names \"%s\"".formatted(MODEL, chosen.name()));
    }
    URI url =
        variables.url(
            "BEDROCK_BASE_URL", "https://bedrock-runtime.%s.amazonaws.com".formatted(region));
    String id = URLEncoder.encode(chosen.name(), StandardCharsets.UTF_8).replace("+", "%20");
    // Only the models of this vendor take a mark in every place where one is useful.
    boolean caches = chosen.name().contains("claude") && !variables.isOff(CACHING);
    return new RemoteModel(
        new ConverseDialect(parameters(chosen), caches),
        new RemoteModel.Route(below(url, "model/" + id + "/converse"), access.iam()),
        terms,
        clock);
  }

  /** A key as it stands there, or the secret that it refers to, read for every request. */
  private Optional<Supplier<String>> key(String variable) {
    String value = variables.text(variable);
    if (value.isEmpty()) return Optional.empty();
    return Optional.of(
        Secrets.isReference(value) ? () -> access.secrets().read(value) : () -> value);
  }

  private static URI below(URI base, String path) {
    String text = base.toString();
    return URI.create((text.endsWith("/") ? text : text + "/") + path);
  }
}
