package dev.treadle.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import java.util.List;
import java.util.Set;

/**
 * A chat message as blocks, and blocks as the chat message that they came from.
 *
 * <p>What has no block of its own (a vendor's reasoning, signatures of calls) travels along in a
 * block of type {@value #FIELDS} or in the {@code extra} of a call, and goes back where it was.
 */
final class ChatAnswer {
  static final String FIELDS = "openai_fields";

  /** What is translated, or says nothing. */
  private static final Set<String> TRANSLATED =
      Set.of("role", "content", "tool_calls", "refusal", "annotations", "function_call");

  private ChatAnswer() {}

  static ObjectNode of(JsonNode choice) {
    ObjectNode answer = Json.object();
    JsonNode message = choice.path("message");
    if (!message.isObject()) return answer.put("stop_reason", "");
    ArrayNode blocks = answer.putArray("content");
    ObjectNode fields = Json.object();
    message.forEachEntry((name, value) -> {
      if (!TRANSLATED.contains(name) && !value.isNull()) fields.set(name, value);
    });
    if (!fields.isEmpty()) blocks.addObject().put("type", FIELDS).set("fields", fields);
    addText(message.path("content"), blocks);
    addText(message.path("refusal"), blocks);
    message.path("tool_calls").forEach(call -> blocks.add(call(call)));
    return answer.put("stop_reason", stopReason(choice, message));
  }

  private static void addText(JsonNode content, ArrayNode blocks) {
    if (content.isTextual() && !content.textValue().isEmpty()) {
      blocks.addObject().put("type", "text").put("text", content.textValue());
    }
    for (JsonNode part : content) {
      if (part.path("text").isTextual()) addText(part.path("text"), blocks);
    }
  }

  private static ObjectNode call(JsonNode call) {
    JsonNode function = call.path("function");
    ObjectNode block = Json.object().put("type", "tool_use");
    block.put("id", call.path("id").asText("")).put("name", function.path("name").asText(""));
    block.set("input", arguments(function.path("arguments")));
    ObjectNode extra = Json.object();
    call.forEachEntry((name, value) -> {
      if (!Set.of("id", "type", "function", "index").contains(name)) extra.set(name, value);
    });
    if (!extra.isEmpty()) block.set("extra", extra);
    return block;
  }

  /** Arguments come as JSON in a string; what is not JSON stays a string, and is refused as one. */
  private static JsonNode arguments(JsonNode arguments) {
    if (!arguments.isTextual()) return arguments.isMissingNode() ? Json.object() : arguments;
    if (arguments.textValue().isBlank()) return Json.object();
    try {
      JsonNode parsed = Json.parse(arguments.textValue());
      return parsed.isObject() ? parsed : arguments;
    } catch (Json.MalformedJson _) {
      return arguments;
    }
  }

  private static String stopReason(JsonNode choice, JsonNode message) {
    if (message.path("refusal").isTextual()) return "refusal";
    String reason = choice.path("finish_reason").asText("");
    return switch (reason) {
      case "length" -> "max_tokens";
      case "content_filter" -> "refusal";
      case "tool_calls", "function_call" -> "tool_use";
      // Some servers say "stop" though they call.
      case "stop" -> message.path("tool_calls").isEmpty() ? "end_turn" : "tool_use";
      default -> reason;
    };
  }

  static ObjectNode message(List<JsonNode> content) {
    ObjectNode message = Json.object().put("role", "assistant");
    StringBuilder text = new StringBuilder();
    ArrayNode calls = Json.array();
    for (JsonNode block : content) {
      switch (block.path("type").asText()) {
        case "text" -> text.append(block.path("text").asText());
        case "tool_use" -> calls.add(call(block, block.path("extra")));
        case FIELDS -> block.path("fields").forEachEntry(message::set);
        // A block of another provider, from before the model was changed.
        default -> {}
      }
    }
    message.put("content", text.toString());
    if (!calls.isEmpty()) message.set("tool_calls", calls);
    return message;
  }

  private static ObjectNode call(JsonNode block, JsonNode extra) {
    ObjectNode call = Json.object();
    call.put("id", block.path("id").asText()).put("type", "function");
    call.putObject("function")
        .put("name", block.path("name").asText())
        .put("arguments", Json.write(block.path("input")));
    extra.forEachEntry(call::set);
    return call;
  }
}
