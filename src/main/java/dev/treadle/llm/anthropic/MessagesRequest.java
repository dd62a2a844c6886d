package dev.treadle.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Turn.CallReply;
import dev.treadle.llm.Message;
import dev.treadle.llm.ModelRequest;
import dev.treadle.llm.ModelRequest.ToolSpec;
import java.util.List;
import java.util.Set;

/** A request as the Messages API reads it. */
final class MessagesRequest {
  private static final Set<String> THOUGHTS = Set.of("thinking", "redacted_thinking");

  private MessagesRequest() {}

  static ObjectNode of(ModelRequest request, AnthropicSettings.ChosenModel model) {
    ObjectNode body = Json.object();
    body.put("model", model.name()).put("max_tokens", request.maxOutputTokens());
    body.setAll(model.parameters().deepCopy());
    if (!request.system().isBlank()) body.putArray("system").add(kept(text(request.system())));
    if (!request.tools().isEmpty()) {
      ArrayNode tools = body.putArray("tools");
      request.tools().forEach(tool -> tools.add(tool(tool)));
    }
    ArrayNode messages = body.putArray("messages");
    for (Message message : request.messages()) {
      switch (message) {
        case Message.FromModel(var content) -> add("assistant", assistant(content), messages);
        case Message.ToModel(var results, var texts) -> add("user", user(results, texts), messages);
      }
    }
    return body;
  }

  private static void add(String role, ArrayNode content, ArrayNode messages) {
    messages.addObject().put("role", role).set("content", content);
  }

  private static ObjectNode text(String text) {
    return Json.object().put("type", "text").put("text", text);
  }

  /**
   * The tools stand before the system prompt: this mark covers both, and the next step reuses them.
   */
  private static ObjectNode kept(ObjectNode block) {
    block.putObject("cache_control").put("type", "ephemeral");
    return block;
  }

  private static ObjectNode tool(ToolSpec tool) {
    ObjectNode spec = Json.object();
    spec.put("name", tool.name()).put("description", tool.description());
    spec.set("input_schema", tool.input());
    return spec;
  }

  private static ArrayNode assistant(List<JsonNode> content) {
    ArrayNode blocks = Json.array().addAll(content);
    // An answer cut while the model was thinking: the API takes no message that ends with a
    // thought.
    if (THOUGHTS.contains(blocks.path(blocks.size() - 1).path("type").asText())) {
      blocks.add(text("(no answer)"));
    }
    return blocks;
  }

  private static ArrayNode user(List<CallReply> results, List<String> texts) {
    ArrayNode blocks = Json.array();
    results.forEach(result -> blocks.add(result(result)));
    texts.stream().filter(each -> !each.isBlank()).forEach(each -> blocks.add(text(each)));
    return blocks;
  }

  private static ObjectNode result(CallReply reply) {
    ObjectNode block = Json.object();
    block
        .put("type", "tool_result")
        .put("tool_use_id", reply.callId())
        .put("content", reply.text());
    return reply.isError() ? block.put("is_error", true) : block;
  }
}
