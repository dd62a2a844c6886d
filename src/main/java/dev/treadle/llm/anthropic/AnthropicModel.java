package dev.treadle.llm.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.Usage;
import dev.treadle.llm.Model;
import dev.treadle.llm.ModelReply;
import dev.treadle.llm.ModelRequest;
import dev.treadle.llm.Models;
import dev.treadle.llm.anthropic.AnthropicSettings.ChosenModel;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A model of Anthropic's, asked over the Messages API without streaming.
 *
 * <p>Which of the provider's models answers is configured, whatever a request calls it. Each
 * request has a connection of its own and is sent once.
 */
public final class AnthropicModel implements Model {
  private static final String VERSION = "2023-06-01";
  private static final String BINDING_CONTROLS = "thinking-binding-controls-2026-08-01";
  private static final Pattern LEGAL_KEY = Pattern.compile("[!-~]{1,1000}");

  /** What the provider adds to every request with tools, generously. */
  private static final long OVERHEAD_TOKENS = 2_000;

  private final AnthropicSettings settings;
  private final ChosenModel model;
  private final InstantSource clock;

  public AnthropicModel(AnthropicSettings settings, ChosenModel model, InstantSource clock) {
    this.settings = settings;
    this.model = model;
    this.clock = clock;
  }

  /** All models that the settings name. */
  public static Models all(AnthropicSettings settings, InstantSource clock) {
    Map<String, Model> models = new HashMap<>();
    settings
        .models()
        .forEach((name, model) -> models.put(name, new AnthropicModel(settings, model, clock)));
    return new Models(models);
  }

  /**
   * Counts each character as a token and all input at the dearest price: an estimate from above.
   */
  @Override
  public Reserve reserveFor(long inputChars, int maxOutputTokens) {
    long inputTokens = inputChars + OVERHEAD_TOKENS;
    return new Reserve(
        model.price().costMicrosAtMost(inputTokens, maxOutputTokens),
        inputTokens + maxOutputTokens);
  }

  @Override
  public ModelReply ask(ModelRequest request) {
    String key;
    try {
      key = settings.apiKey().get();
    } catch (RuntimeException locked) {
      // Its message is not repeated: nobody knows what a store of secrets writes into it.
      return new ModelReply.Unavailable(
          "the API key could not be read: " + locked.getClass().getSimpleName(),
          Duration.ZERO,
          Usage.NONE);
    }
    // The JDK would refuse such a header with the key in its words.
    if (!LEGAL_KEY.matcher(key).matches()) {
      return new ModelReply.Refused(
          "the API key is empty or holds a character that no header may hold", true);
    }
    return new Exchange(
            httpRequest(MessagesRequest.of(request, model), key),
            request.timeLimit(),
            model.price(),
            atWorst(request),
            new Words(key),
            clock)
        .reply();
  }

  private HttpRequest httpRequest(ObjectNode body, String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint())
            .header("x-api-key", key)
            .header("anthropic-version", VERSION)
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .header("user-agent", "treadle")
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)));
    if (body.at("/thinking/block_binding").isObject()) {
      request.header("anthropic-beta", BINDING_CONTROLS);
    }
    return request.build();
  }

  private URI endpoint() {
    String base = settings.baseUrl().toString();
    return URI.create((base.endsWith("/") ? base : base + "/") + "v1/messages");
  }

  private Usage atWorst(ModelRequest request) {
    long inputTokens = request.chars() + OVERHEAD_TOKENS;
    int outputTokens = request.maxOutputTokens();
    return new Usage(
        inputTokens, outputTokens, model.price().costMicrosAtMost(inputTokens, outputTokens));
  }

  @Override
  public String toString() {
    return "AnthropicModel[" + model.name() + "]";
  }
}
