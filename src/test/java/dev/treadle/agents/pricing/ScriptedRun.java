package dev.treadle.agents.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.CallResult;
import dev.treadle.CanonicalJson;
import dev.treadle.Earlier;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.StepInput;
import dev.treadle.StepReport;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolCall;
import dev.treadle.ToolOutcome;
import dev.treadle.Turn;
import dev.treadle.llm.Models;
import dev.treadle.llm.ToolCallingExecutor;
import dev.treadle.llm.scripted.Scenario;
import dev.treadle.llm.scripted.ScriptedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plays the agent's own script with the real executor and the real tools, one step after the other,
 * in place of the loop. A mail is sent or refused as told; what is unavailable stays so.
 */
final class ScriptedRun {
  private final Agent agent;
  private final TaskId taskId;
  private final boolean mailIsAllowed;
  private final ToolCallingExecutor executor;

  ScriptedRun(Agent agent, TaskId taskId, boolean mailIsAllowed) {
    this.agent = agent;
    this.taskId = taskId;
    this.mailIsAllowed = mailIsAllowed;
    this.executor =
        new ToolCallingExecutor(
            new Models(Map.of(agent.model(), new ScriptedModel(Scenario.parse(script())))), 4_096);
  }

  static String script() {
    try (var file = PricingAgent.class.getResourceAsStream("scenario.json")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  /** The output of the task. */
  JsonNode outputFor(JsonNode input) {
    assertThat(agent.input().orElseThrow().violations(input)).isEmpty();
    List<Turn> turns = new ArrayList<>();
    ObjectNode memory = Json.object();
    for (int i = 1; i <= agent.limits().maxIterations(); i++) {
      StepResult.Advanced step = step(input, turns, memory, i);
      assertThat(step.report().errors()).isEmpty();
      if (step.report().completion().isPresent()) {
        return step.report().completion().map(StepReport.Completion::output).get();
      }
      memory = Json.mergePatch(memory, step.report().mutations());
      List<Turn.CallReply> replies = step.results().stream().map(ScriptedRun::reply).toList();
      turns.add(
          new Turn(
              i,
              step.answer(),
              replies,
              step.report().notices(),
              List.of(step.report().mutations()),
              0));
    }
    throw new AssertionError("the script did not end");
  }

  private StepResult.Advanced step(JsonNode input, List<Turn> turns, ObjectNode memory, int i) {
    StepInput stepInput =
        new StepInput(
            taskId,
            agent,
            i,
            input,
            memory,
            Earlier.NOTHING,
            turns,
            Optional.empty(),
            Optional.empty(),
            new Reserve(1_000_000_000, 1_000_000_000),
            Duration.ofMinutes(5));
    Actions actions =
        proposal ->
            new Actions.Performed(proposal.calls().stream().map(call -> perform(call, i)).toList());
    StepResult result = executor.execute(stepInput, actions);
    assertThat(result).isInstanceOf(StepResult.Advanced.class);
    return (StepResult.Advanced) result;
  }

  private CallResult perform(ToolCall call, int iteration) {
    if (call.tool().equals("send_mail") && !mailIsAllowed) {
      return new CallResult.Failed(call, "a person rejected this action");
    }
    Tool tool = agent.tool(call.tool()).orElseThrow();
    assertThat(tool.input().violations(call.arguments())).isEmpty();
    String key =
        CanonicalJson.sha256(taskId + ":" + iteration + ":" + tool.name()).substring(0, 32);
    try {
      Invocation invocation = new Invocation(taskId, iteration, key, Duration.ofSeconds(20));
      return switch (tool.body().perform(call.arguments(), invocation)) {
        case ToolOutcome.Succeeded(var output) -> new CallResult.Succeeded(call, output);
        case ToolOutcome.Failed(var why) -> new CallResult.Failed(call, why);
        case ToolOutcome.Unavailable(var why, _) -> new CallResult.Failed(call, why);
      };
    } catch (Exception unknown) {
      throw new AssertionError(tool.name() + " threw", unknown);
    }
  }

  private static Turn.CallReply reply(CallResult result) {
    ToolCall call = result.call();
    return switch (result) {
      case CallResult.Succeeded(_, var output) ->
          new Turn.CallReply(call.id(), call.tool(), false, false, output.toString());
      case CallResult.Failed(_, var why) ->
          new Turn.CallReply(call.id(), call.tool(), true, false, why);
      case CallResult.Pending _ -> throw new AssertionError("nothing waits here");
    };
  }
}
