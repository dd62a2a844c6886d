package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import java.util.Optional;

/** A JSON value in a message, between tags that nothing inside it can close. */
public enum Tagged {
  TASK_INPUT("task_input"),
  WORKING_MEMORY("working_memory"),
  /** A JSON Merge Patch on working memory, at the place where it happened. */
  MEMORY_CHANGE("working_memory_change"),
  CONTEXT_SUMMARY("context_summary"),
  OLDER_STEPS("older_steps");

  private final String tag;

  Tagged(String tag) {
    this.tag = tag;
  }

  String wrap(JsonNode value) {
    // In JSON a < stands in strings only, where it may be written as an escape.
    String json = Json.write(value).replace("<", "\\u003c");
    return "<%s>\n%s\n</%s>".formatted(tag, json, tag);
  }

  /** The value that {@link #wrap} wrote, if the text is one. */
  public Optional<JsonNode> unwrap(String text) {
    String open = "<%s>\n".formatted(tag);
    String close = "\n</%s>".formatted(tag);
    if (!text.startsWith(open) || !text.endsWith(close)) return Optional.empty();
    try {
      return Optional.of(Json.parse(text.substring(open.length(), text.length() - close.length())));
    } catch (Json.MalformedJson foreign) {
      return Optional.empty();
    }
  }
}
