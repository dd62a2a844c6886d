package dev.treadle.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Turn.CallReply;
import dev.treadle.llm.Message;
import dev.treadle.llm.ModelRequest;
import dev.treadle.llm.ModelRequest.ToolSpec;
import dev.treadle.llm.remote.Dialect;
import dev.treadle.llm.remote.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Anthropic's Messages API, whose blocks and stop reasons are also those of {@link
 * dev.treadle.llm.ModelReply.Answered}: answers pass as they are, whatever is in them.
 *
 * @param model the provider's name of the model
 * @param parameters what each request says beside: {@code temperature}, {@code thinking}, {@code
 *     output_config}
 * @param caches whether the provider is asked to keep what the next step reads again
 */
public record MessagesDialect(String model, ObjectNode parameters, boolean caches)
    implements Dialect {
  private static final String VERSION = "2023-06-01";
  private static final String BINDING_CONTROLS = "thinking-binding-controls-2026-08-01";
  private static final Set<String> THOUGHTS = Set.of("thinking", "redacted_thinking");

  private static final Set<String> OTHERS = Set.of("openai_fields", "bedrock_block");

  public MessagesDialect {
    parameters = parameters.deepCopy();
  }

  @Override
  public String provider() {
    return "Anthropic";
  }

  @Override
  public Map<String, String> headers(ObjectNode body) {
    return body.at("/thinking/block_binding").isObject()
        ? Map.of("anthropic-version", VERSION, "anthropic-beta", BINDING_CONTROLS)
        : Map.of("anthropic-version", VERSION);
  }

  @Override
  public ObjectNode request(ModelRequest request) {
    ObjectNode body = Json.object();
    body.put("model", model).put("max_tokens", request.maxOutputTokens());
    body.setAll(parameters.deepCopy());
    if (!request.system().isBlank()) {
      // The tools stand before the system prompt: this mark covers both.
      body.putArray("system").add(kept(text(request.system())));
    }
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
    // The conversation only grows: the next step reads all of this again.
    JsonNode last = messages.path(messages.size() - 1);
    JsonNode block = last.path("content").path(last.path("content").size() - 1);
    if (last.path("role").asText().equals("user") && block instanceof ObjectNode end) kept(end);
    return body;
  }

  private static void add(String role, ArrayNode content, ArrayNode messages) {
    messages.addObject().put("role", role).set("content", content);
  }

  private static ObjectNode text(String text) {
    return Json.object().put("type", "text").put("text", text);
  }

  private ObjectNode kept(ObjectNode block) {
    if (caches) block.putObject("cache_control").put("type", "ephemeral");
    return block;
  }

  private static ObjectNode tool(ToolSpec tool) {
    ObjectNode spec = Json.object();
    spec.put("name", tool.name()).put("description", tool.description());
    spec.set("input_schema", tool.input());
    return spec;
  }

  private static ArrayNode assistant(List<JsonNode> content) {
    ArrayNode blocks = Json.array();
    content.stream().filter(block -> !isForeign(block)).forEach(blocks::add);
    // An answer cut while the model was thinking: the API takes no message that ends with a
    // thought.
    if (blocks.isEmpty()
        || THOUGHTS.contains(blocks.path(blocks.size() - 1).path("type").asText())) {
      blocks.add(text("(no answer)"));
    }
    return blocks;
  }

  /** A block that another provider's dialect wrote, from before the model was changed. */
  private static boolean isForeign(JsonNode block) {
    return OTHERS.contains(block.path("type").asText());
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

  @Override
  public Said said(ObjectNode body) {
    if (body.path("type").asText().equals("error")) {
      return new Denial(body.at("/error/message").asText(""));
    }
    ObjectNode answer = Json.object();
    if (body.get("content") instanceof ArrayNode content) answer.set("content", content);
    return new Answer(
        answer.put("stop_reason", body.path("stop_reason").asText("")), used(body.path("usage")));
  }

  private static Optional<Tokens> used(JsonNode usage) {
    JsonNode fresh = usage.path("input_tokens");
    JsonNode output = usage.path("output_tokens");
    if (!Tokens.isCount(fresh) || !Tokens.isCount(output)) return Optional.empty();
    return Optional.of(
        new Tokens(
            fresh.longValue(),
            Tokens.count(usage.path("cache_creation_input_tokens")),
            Tokens.count(usage.path("cache_read_input_tokens")),
            output.longValue()));
  }

  @Override
  public Optional<String> problem(JsonNode body) {
    JsonNode error = body.path("error");
    if (!error.path("type").isTextual()) return Optional.empty();
    String message = error.path("message").asText("");
    String type = error.path("type").textValue();
    return Optional.of(message.isBlank() ? type : type + ": " + message);
  }

  /** The monthly limit looks like a rate limit, but only a new month or a person ends it. */
  @Override
  public boolean isHopeless(int status, JsonNode body) {
    return status == 429
        && body.at("/error/details/error_code").asText().equals("enforced_spend_limit_reached");
  }
}
