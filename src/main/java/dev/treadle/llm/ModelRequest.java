package dev.treadle.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import java.time.Duration;
import java.util.List;

/**
 * A request to a model, in no provider's own terms.
 *
 * @param model as the agent names it
 * @param timeLimit until the reply is of no use
 */
public record ModelRequest(
    String model,
    String system,
    List<Message> messages,
    List<ToolSpec> tools,
    int maxOutputTokens,
    Duration timeLimit) {
  /**
   * A tool as the model sees it.
   *
   * @param input a JSON Schema of type object
   */
  public record ToolSpec(String name, String description, ObjectNode input) {
    long chars() {
      return (long) name.length() + description.length() + Json.write(input).length();
    }
  }

  public ModelRequest {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
  }

  /** How much text the model has to read. */
  public long chars() {
    return system.length()
        + tools.stream().mapToLong(ToolSpec::chars).sum()
        + messages.stream().mapToLong(ModelRequest::chars).sum();
  }

  private static long chars(Message message) {
    return switch (message) {
      case Message.FromModel(var content) ->
          content.stream().mapToLong(block -> Json.write(block).length()).sum();
      case Message.ToModel(var results, var texts) ->
          results.stream().mapToLong(result -> result.text().length()).sum()
              + texts.stream().mapToLong(String::length).sum();
    };
  }
}
