package dev.treadle.llm.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.llm.remote.Price;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Anthropic's models whose prices are the same for every request, as the provider published them in
 * October 2026. Another model, or another price, comes from the configuration.
 */
final class KnownModels {
  /** Asked when the configuration names no model. */
  static final String USUAL = "claude-sonnet-5-5";

  /** All of these read at least so much at their usual price. */
  static final int WINDOW_TOKENS = 200_000;

  private static final Pattern SNAPSHOT = Pattern.compile("-\\d{8}$");

  private static final List<Known> ALL =
      List.of(
          new Known("claude-fable-5-1", cents(1_000, 5_000, 1_250, 25), true),
          new Known("claude-fable-5", cents(1_000, 5_000, 1_250, 100), false),
          new Known("claude-opus-5-5", cents(400, 2_000, 500, 20), true),
          new Known("claude-opus-5", cents(500, 2_500, 625, 50), false),
          new Known("claude-opus-4-8", cents(500, 2_500, 625, 50), false),
          new Known("claude-opus-4-7", cents(500, 2_500, 625, 50), false),
          new Known("claude-opus-4-6", cents(500, 2_500, 625, 50), false),
          new Known("claude-opus-4-5", cents(500, 2_500, 625, 50), false),
          new Known("claude-sonnet-5-5", cents(200, 1_000, 250, 20), true),
          new Known("claude-sonnet-5", cents(200, 1_000, 250, 20), false),
          new Known("claude-sonnet-4-6", cents(300, 1_500, 375, 30), false),
          new Known("claude-sonnet-4-5", cents(300, 1_500, 375, 30), false),
          new Known("claude-haiku-4-5", cents(100, 500, 125, 10), false));

  /**
   * A model.
   *
   * @param bindsThinking refuses thinking of its own when anything before it has changed since
   */
  private record Known(String name, Price price, boolean bindsThinking) {}

  private KnownModels() {}

  static Optional<Price> price(String model) {
    return known(model).map(Known::price);
  }

  /** What a request to the model says beside what the configuration says. */
  static ObjectNode parameters(String model) {
    ObjectNode parameters = Json.object();
    if (known(model).map(Known::bindsThinking).orElse(false)) {
      // A summary, or the next phase, changes what stood before: earlier thinking may not fit any
      // more.
      parameters
          .putObject("thinking")
          .put("type", "adaptive")
          .putObject("block_binding")
          .put("prefix_mismatch_behavior", "drop_block");
    }
    return parameters;
  }

  static String names() {
    return String.join(", ", new TreeSet<>(ALL.stream().map(Known::name).toList()));
  }

  private static Optional<Known> known(String model) {
    String name = SNAPSHOT.matcher(model).replaceFirst("");
    return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** Prices in cents: none needs a fraction of one. */
  private static Price cents(long input, long output, long cacheWrite, long cacheRead) {
    long microsPerCent = 10_000;
    return new Price(
        input * microsPerCent,
        output * microsPerCent,
        cacheWrite * microsPerCent,
        cacheRead * microsPerCent);
  }
}
