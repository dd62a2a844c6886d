package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.Earlier;
import dev.treadle.Json;
import dev.treadle.Phase;
import dev.treadle.Reserve;
import dev.treadle.StepInput;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.Turn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The agent, inputs and answers that the tests of this room begin with. */
final class Given {
  record FetchPrice(String shop, int article) {}

  record SendMail(String to, String text) {}

  record Report(String summary, List<String> shops) {}

  static final Reserve AMPLE = new Reserve(1_000_000_000, 1_000_000_000);

  private Given() {}

  static Agent agent() {
    return builder().build();
  }

  static Agent agentWithPhases() {
    return builder()
        .phase(Phase.named("gather", "Read every shop."))
        .phase(Phase.named("write", "Write the report."))
        .build();
  }

  static Agent.Builder builder() {
    return Agent.named("pricing")
        .model("script")
        .instructions("You watch prices.")
        .output(Report.class)
        .tool(
            Tool.readOnly(
                "fetch_price",
                "Fetches the price of an article.",
                FetchPrice.class,
                (arguments, invocation) -> ToolOutcome.failed("the tests have no tools")))
        .tool(
            Tool.irreversible(
                "send_mail",
                "Sends a mail.",
                BlastRadius.MEDIUM,
                SendMail.class,
                (arguments, invocation) -> ToolOutcome.failed("the tests have no tools")));
  }

  static StepInput step(Agent agent, List<Turn> turns) {
    return step(agent, turns, Json.object());
  }

  static StepInput step(Agent agent, List<Turn> turns, ObjectNode memory) {
    return new StepInput(
        new TaskId("t-1"),
        agent,
        turns.size() + 1,
        json("{'shops': ['north', 'south'], 'mail_to': 'sales@example.com'}"),
        memory,
        Earlier.NOTHING,
        turns,
        agent.phases().stream().findFirst(),
        Optional.empty(),
        AMPLE,
        Duration.ofSeconds(100));
  }

  static StepInput recorded(StepInput input, JsonNode answer) {
    return new StepInput(
        input.taskId(),
        input.agent(),
        input.iteration(),
        input.input(),
        input.workingMemory(),
        input.earlier(),
        input.turns(),
        input.phase(),
        Optional.of(answer),
        input.reserve(),
        input.timeLeft());
  }

  static StepInput inPhase(StepInput input, String phase) {
    return new StepInput(
        input.taskId(),
        input.agent(),
        input.iteration(),
        input.input(),
        input.workingMemory(),
        input.earlier(),
        input.turns(),
        input.agent().phases().stream().filter(each -> each.name().equals(phase)).findFirst(),
        input.recordedAnswer(),
        input.reserve(),
        input.timeLeft());
  }

  static StepInput reserving(StepInput input, Reserve reserve, Duration timeLeft) {
    return new StepInput(
        input.taskId(),
        input.agent(),
        input.iteration(),
        input.input(),
        input.workingMemory(),
        input.earlier(),
        input.turns(),
        input.phase(),
        input.recordedAnswer(),
        reserve,
        timeLeft);
  }

  static ToolCallingExecutor executor(Model model) {
    return new ToolCallingExecutor(new Models(Map.of("script", model)), 1_000);
  }

  /** JSON in which a single quote stands for a double one. */
  static JsonNode json(String text) {
    try {
      return Json.parse(text.replace('\'', '"'));
    } catch (Json.MalformedJson malformed) {
      throw new AssertionError(text, malformed);
    }
  }

  static ObjectNode answer(JsonNode... blocks) {
    ObjectNode answer = Json.object();
    ArrayNode content = answer.putArray("content");
    for (JsonNode block : blocks) content.add(block);
    return answer.put("stop_reason", "tool_use");
  }

  static ObjectNode text(String text) {
    return Json.object().put("type", "text").put("text", text);
  }

  static ObjectNode call(String id, String tool, String arguments) {
    return Json.object()
        .put("type", "tool_use")
        .put("id", id)
        .put("name", tool)
        .set("input", json(arguments));
  }

  static ObjectNode fetch(String id) {
    return call(id, "fetch_price", "{'shop': 'north', 'article': 7}");
  }

  static ObjectNode report(String id, String arguments) {
    return call(id, "report_step", arguments);
  }

  static ObjectNode complete(String id) {
    return call(id, "complete_task", "{'output': {'summary': 'all well', 'shops': ['north']}}");
  }
}
