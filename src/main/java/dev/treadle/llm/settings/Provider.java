package dev.treadle.llm.settings;

import java.util.Locale;
import java.util.Set;

/** Who serves a model; named before it as in {@code openai:some-model}. */
enum Provider {
  ANTHROPIC,
  OPENAI,
  BEDROCK;

  /** What a request may be told beside what the loop says. */
  Set<String> parameters() {
    return switch (this) {
      case ANTHROPIC -> Set.of("temperature", "thinking", "output_config");
      case OPENAI ->
          Set.of(
              "temperature",
              "top_p",
              "seed",
              "reasoning_effort",
              "verbosity",
              "chat_template_kwargs");
      case BEDROCK -> Set.of("inferenceConfig", "additionalModelRequestFields", "guardrailConfig");
    };
  }

  /** Its name in OpenTelemetry's conventions for generative AI. */
  String conventional() {
    return switch (this) {
      case ANTHROPIC -> "anthropic";
      case OPENAI -> "openai";
      case BEDROCK -> "aws.bedrock";
    };
  }

  String prefix() {
    return name().toLowerCase(Locale.ROOT) + ":";
  }
}
