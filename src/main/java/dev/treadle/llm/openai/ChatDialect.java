package dev.treadle.llm.openai;

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
import java.util.stream.Collectors;

/**
 * OpenAI's chat completions, as strict as OpenAI in what is sent and as lenient as its imitators in
 * what is read.
 *
 * @param model the provider's name of the model
 * @param parameters what each request says beside, such as {@code temperature}
 * @param limitName how the server calls the most tokens of an answer: {@code max_completion_tokens}
 *     at OpenAI, {@code max_tokens} nearly everywhere else
 */
public record ChatDialect(String model, ObjectNode parameters, String limitName)
    implements Dialect {
  public ChatDialect {
    parameters = parameters.deepCopy();
  }

  @Override
  public String provider() {
    return "The chat completions server";
  }

  @Override
  public Map<String, String> headers(ObjectNode body) {
    return Map.of();
  }

  @Override
  public ObjectNode request(ModelRequest request) {
    ObjectNode body = Json.object();
    body.put("model", model).put(limitName, request.maxOutputTokens());
    body.setAll(parameters.deepCopy());
    ArrayNode messages = body.putArray("messages");
    if (!request.system().isBlank()) add("system", request.system(), messages);
    for (Message message : request.messages()) {
      switch (message) {
        case Message.FromModel(var content) -> messages.add(ChatAnswer.message(content));
        case Message.ToModel(var results, var texts) -> tell(results, texts, messages);
      }
    }
    if (!request.tools().isEmpty()) {
      ArrayNode tools = body.putArray("tools");
      request.tools().forEach(tool -> tools.add(tool(tool)));
    }
    return body;
  }

  private static void add(String role, String content, ArrayNode messages) {
    messages.addObject().put("role", role).put("content", content);
  }

  private static ObjectNode tool(ModelRequest.ToolSpec tool) {
    ObjectNode spec = Json.object().put("type", "function");
    spec.putObject("function")
        .put("name", tool.name())
        .put("description", tool.description())
        .set("parameters", tool.input());
    return spec;
  }

  private static void tell(List<CallReply> results, List<String> texts, ArrayNode messages) {
    for (CallReply result : results) {
      // There is no field for it: a model learns of an error from the text alone.
      String text = result.isError() ? "Error: " + result.text() : result.text();
      messages
          .addObject()
          .put("role", "tool")
          .put("tool_call_id", result.callId())
          .put("content", text);
    }
    String said =
        texts.stream().filter(text -> !text.isBlank()).collect(Collectors.joining("\n\n"));
    if (!said.isEmpty()) add("user", said, messages);
  }

  @Override
  public Said said(ObjectNode body) {
    JsonNode choice = body.at("/choices/0");
    if (!choice.isObject() && body.hasNonNull("error")) {
      return new Denial(problem(body).orElse(""));
    }
    return new Answer(ChatAnswer.of(choice), used(body.path("usage")));
  }

  private static Optional<Tokens> used(JsonNode usage) {
    JsonNode input = usage.path("prompt_tokens");
    JsonNode output = usage.path("completion_tokens");
    if (!Tokens.isCount(input) || !Tokens.isCount(output)) return Optional.empty();
    long kept = Tokens.count(usage.at("/prompt_tokens_details/cached_tokens"));
    long read = Math.min(kept, input.longValue());
    return Optional.of(new Tokens(input.longValue() - read, 0, read, output.longValue()));
  }

  /** Servers differ: an object, a text, or a field of another name. */
  @Override
  public Optional<String> problem(JsonNode body) {
    JsonNode error = body.path("error");
    if (error.isTextual()) return Optional.of(error.textValue());
    if (error.path("message").isTextual()) {
      String type = error.path("code").asText(error.path("type").asText(""));
      String message = error.path("message").textValue();
      return Optional.of(type.isBlank() || type.equals("null") ? message : type + ": " + message);
    }
    for (String name : List.of("message", "detail")) {
      if (body.hasNonNull(name))
        return Optional.of(body.path(name).asText(body.get(name).toString()));
    }
    return Optional.empty();
  }

  /** A spent account answers like a rate limit, but only a person ends it. */
  @Override
  public boolean isHopeless(int status, JsonNode body) {
    List<String> spent = List.of("insufficient_quota", "billing_hard_limit_reached");
    return status == 429
        && (spent.contains(body.at("/error/code").asText())
            || spent.contains(body.at("/error/type").asText()));
  }
}
