package dev.treadle.llm.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Turn.CallReply;
import dev.treadle.llm.Message;
import dev.treadle.llm.ModelRequest;
import dev.treadle.llm.remote.Dialect;
import dev.treadle.llm.remote.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Amazon Bedrock's Converse API, one form for the models of many vendors. The model is named in the
 * address of the request.
 *
 * @param parameters what each request says beside: {@code inferenceConfig}, {@code
 *     additionalModelRequestFields}, {@code guardrailConfig}
 * @param caches whether the provider is asked to keep what the next step reads again; only some
 *     models take that
 */
public record ConverseDialect(ObjectNode parameters, boolean caches) implements Dialect {
  /** A block that has no equal elsewhere: a thought with its signature, say. */
  static final String FOREIGN = "bedrock_block";

  public ConverseDialect {
    parameters = parameters.deepCopy();
  }

  @Override
  public String provider() {
    return "Bedrock";
  }

  @Override
  public Map<String, String> headers(ObjectNode body) {
    return Map.of();
  }

  @Override
  public ObjectNode request(ModelRequest request) {
    ObjectNode body = parameters.deepCopy();
    body.withObject("/inferenceConfig").put("maxTokens", request.maxOutputTokens());
    if (!request.system().isBlank()) {
      ArrayNode system = body.putArray("system");
      system.addObject().put("text", request.system());
      markKept(system);
    }
    if (!request.tools().isEmpty()) {
      ArrayNode tools = body.putObject("toolConfig").putArray("tools");
      request.tools().forEach(tool -> tools.add(tool(tool)));
    }
    ArrayNode messages = body.putArray("messages");
    for (Message message : request.messages()) {
      switch (message) {
        case Message.FromModel(var content) -> add("assistant", assistant(content), messages);
        case Message.ToModel(var results, var texts) -> add("user", user(results, texts), messages);
      }
    }
    JsonNode last = messages.path(messages.size() - 1);
    if (last.path("role").asText().equals("user") && last.get("content") instanceof ArrayNode end) {
      markKept(end);
    }
    return body;
  }

  private void markKept(ArrayNode content) {
    if (caches) content.addObject().putObject("cachePoint").put("type", "default");
  }

  private static ObjectNode tool(ModelRequest.ToolSpec tool) {
    ObjectNode wrapped = Json.object();
    ObjectNode spec = wrapped.putObject("toolSpec");
    spec.put("name", tool.name()).put("description", tool.description());
    spec.putObject("inputSchema").set("json", tool.input());
    return wrapped;
  }

  private static void add(String role, ArrayNode content, ArrayNode messages) {
    messages.addObject().put("role", role).set("content", content);
  }

  private static ArrayNode assistant(List<JsonNode> content) {
    ArrayNode blocks = Json.array();
    for (JsonNode block : content) {
      switch (block.path("type").asText()) {
        case "text" -> blocks.addObject().put("text", block.path("text").asText());
        case "tool_use" -> blocks.addObject().set("toolUse", call(block));
        case FOREIGN -> blocks.add(block.path("block"));
        // A block of another provider, from before the model was changed.
        default -> {}
      }
    }
    // No message may be empty, or end with a thought.
    JsonNode last = blocks.path(blocks.size() - 1);
    if (blocks.isEmpty() || last.has("reasoningContent")) {
      blocks.addObject().put("text", "(no answer)");
    }
    return blocks;
  }

  private static ObjectNode call(JsonNode block) {
    ObjectNode call = Json.object();
    call.put("toolUseId", block.path("id").asText()).put("name", block.path("name").asText());
    return call.set("input", block.path("input"));
  }

  private static ArrayNode user(List<CallReply> results, List<String> texts) {
    ArrayNode blocks = Json.array();
    results.forEach(result -> blocks.addObject().set("toolResult", result(result)));
    texts.stream()
        .filter(text -> !text.isBlank())
        .forEach(text -> blocks.addObject().put("text", text));
    return blocks;
  }

  private static ObjectNode result(CallReply reply) {
    ObjectNode result = Json.object().put("toolUseId", reply.callId());
    // A blank text is refused, and an output may be one.
    String text = reply.text().isBlank() ? "(empty)" : reply.text();
    result.putArray("content").addObject().put("text", text);
    return result.put("status", reply.isError() ? "error" : "success");
  }

  @Override
  public Said said(ObjectNode body) {
    ObjectNode answer = Json.object();
    JsonNode content = body.at("/output/message/content");
    if (content.isArray()) {
      ArrayNode blocks = answer.putArray("content");
      content.forEach(block -> blocks.add(block(block)));
    }
    return new Answer(
        answer.put("stop_reason", stopReason(body.path("stopReason").asText(""))),
        used(body.path("usage")));
  }

  private static ObjectNode block(JsonNode block) {
    ObjectNode translated = Json.object();
    if (block.path("text").isTextual()) {
      return translated.put("type", "text").put("text", block.path("text").textValue());
    }
    JsonNode call = block.path("toolUse");
    if (!call.isObject()) return translated.put("type", FOREIGN).set("block", block);
    translated.put("type", "tool_use");
    translated
        .put("id", call.path("toolUseId").asText(""))
        .put("name", call.path("name").asText(""));
    if (call.has("input")) translated.set("input", call.get("input"));
    return translated;
  }

  private static String stopReason(String reason) {
    return switch (reason) {
      case "guardrail_intervened", "content_filtered" -> "refusal";
      default -> reason;
    };
  }

  private static Optional<Tokens> used(JsonNode usage) {
    JsonNode fresh = usage.path("inputTokens");
    JsonNode output = usage.path("outputTokens");
    if (!Tokens.isCount(fresh) || !Tokens.isCount(output)) return Optional.empty();
    return Optional.of(
        new Tokens(
            fresh.longValue(),
            Tokens.count(usage.path("cacheWriteInputTokens")),
            Tokens.count(usage.path("cacheReadInputTokens")),
            output.longValue()));
  }

  @Override
  public Optional<String> problem(JsonNode body) {
    String message = body.path("message").asText(body.path("Message").asText(""));
    return message.isBlank() ? Optional.empty() : Optional.of(message);
  }

  @Override
  public boolean isHopeless(int status, JsonNode body) {
    return false;
  }
}
