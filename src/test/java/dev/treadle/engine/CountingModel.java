package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.ContextSummary;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.Usage;
import dev.treadle.llm.Message;
import dev.treadle.llm.Model;
import dev.treadle.llm.ModelReply;
import dev.treadle.llm.ModelRequest;
import dev.treadle.llm.Tagged;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A model that counts its answers in working memory, pins a fact with the first, and delivers the
 * fact, as it reads it then, with the last. It knows nothing but what it is shown.
 */
final class CountingModel implements Model {
  static final String FACT = "spend at most 512.50 EUR, says the order of 3 March";
  private final int answers;
  private final int windowTokens;
  private final int charsPerAnswer;
  private final Faults faults;
  final List<Long> promptChars = new ArrayList<>();
  final List<JsonNode> summariesRead = new ArrayList<>();
  int summariesAsked;

  /** What is answered when a summary is asked for. */
  Function<ModelRequest, JsonNode> summary = _ -> call("s", "context_summary", useful());

  CountingModel(int answers, int windowTokens, int charsPerAnswer, Faults faults) {
    this.answers = answers;
    this.windowTokens = windowTokens;
    this.charsPerAnswer = charsPerAnswer;
    this.faults = faults;
  }

  static JsonNode useful() {
    return Json.tree(
        new ContextSummary(
            "count on",
            List.of(new ContextSummary.Fact("the pages were read", "look")),
            List.of(),
            List.of("the rest"),
            List.of()));
  }

  static ObjectNode call(String id, String tool, JsonNode arguments) {
    return Json.object()
        .put("type", "tool_use")
        .put("id", id)
        .put("name", tool)
        .set("input", arguments);
  }

  @Override
  public Origin origin() {
    return new Origin("test", "counting");
  }

  @Override
  public int windowTokens() {
    return windowTokens;
  }

  @Override
  public Reserve reserveFor(long inputChars, int maxOutputTokens) {
    return new Reserve(inputChars, inputChars + maxOutputTokens);
  }

  @Override
  public ModelReply ask(ModelRequest request) {
    return faults.io("model", () -> new ModelReply.Answered(answer(request), usage(request)));
  }

  private static Usage usage(ModelRequest request) {
    return new Usage(request.chars() / 4, 100, request.chars() / 10);
  }

  private JsonNode answer(ModelRequest request) {
    ObjectNode answer = Json.object().put("stop_reason", "tool_use");
    ArrayNode content = answer.putArray("content");
    if (request.tools().getFirst().name().equals("context_summary")) {
      summariesAsked++;
      content.add(summary.apply(request));
      return answer;
    }
    promptChars.add(request.chars());
    ObjectNode memory = memory(request);
    int n = memory.path("n").asInt(0) + 1;
    if (n > answers) {
      ObjectNode output = Json.object().put("n", memory.path("n").asInt());
      output.set("fact", memory.at("/pinned_facts/budget"));
      content.add(call("done", "complete_task", Json.object().set("output", output)));
      return answer;
    }
    String page = "page %d ".formatted(n) + "x".repeat(charsPerAnswer);
    content.add(call("c" + n, "look", Json.object().put("text", page)));
    ObjectNode report = Json.object();
    report.putObject("state_mutations").put("n", n);
    if (n == 1) report.putObject("pin").put("budget", FACT);
    content.add(call("r" + n, "report_step", report));
    return answer;
  }

  private ObjectNode memory(ModelRequest request) {
    ObjectNode memory = Json.object();
    for (Message message : request.messages()) {
      if (!(message instanceof Message.ToModel(var _, var texts))) continue;
      for (String text : texts) {
        if (Tagged.WORKING_MEMORY.unwrap(text).orElse(null) instanceof ObjectNode whole) {
          memory = whole;
        } else if (Tagged.MEMORY_CHANGE.unwrap(text).orElse(null) instanceof ObjectNode patch) {
          memory = Json.mergePatch(memory, patch);
        }
        Tagged.CONTEXT_SUMMARY.unwrap(text).ifPresent(summariesRead::add);
      }
    }
    return memory;
  }
}
