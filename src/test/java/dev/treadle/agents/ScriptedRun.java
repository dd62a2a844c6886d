package dev.treadle.agents;

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
import dev.treadle.PastCall;
import dev.treadle.Reserve;
import dev.treadle.StepInput;
import dev.treadle.StepReport.Completion;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolCall;
import dev.treadle.ToolOutcome;
import dev.treadle.Turn;
import dev.treadle.lambda.Scripts;
import dev.treadle.llm.Models;
import dev.treadle.llm.ToolCallingExecutor;
import dev.treadle.llm.scripted.Scenario;
import dev.treadle.llm.scripted.ScriptedModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plays an agent's own script with the real executor and the real tools, one step after the other,
 * in place of the loop. What a person would be asked is done or refused as told; what is
 * unavailable stays so.
 */
public final class ScriptedRun {
  private final Agent agent;
  private final TaskId taskId;
  private final Set<String> refused;
  private final ToolCallingExecutor executor;
  private final List<Turn> turns = new ArrayList<>();
  private final List<PastCall> past = new ArrayList<>();
  private ObjectNode memory = Json.object();
  private int phase;

  /**
   * A run of the script that lies beside the agent.
   *
   * @param refused the tools whose calls a person does not allow
   */
  public ScriptedRun(Agent agent, TaskId taskId, Set<String> refused) {
    this.agent = agent;
    this.taskId = taskId;
    this.refused = Set.copyOf(refused);
    Scenario script = Scenario.parse(Scripts.scenario(agent.name()).orElseThrow());
    this.executor =
        new ToolCallingExecutor(
            new Models(Map.of(agent.model(), new ScriptedModel(script))), 4_096);
  }

  /** The output of the task. */
  public JsonNode outputFor(JsonNode input) {
    assertThat(agent.input().orElseThrow().violations(input)).isEmpty();
    for (int i = 1; i <= agent.limits().maxIterations(); i++) {
      StepResult.Advanced step = step(input, i);
      assertThat(step.report().errors()).isEmpty();
      memory = Json.mergePatch(memory, step.report().mutations());
      turns.add(turn(step, i));
      switch (step.report().completion().orElse(null)) {
        case null -> {}
        case Completion.OfPhase _ -> phase++;
        case Completion.OfTask(JsonNode output) -> {
          return output;
        }
      }
    }
    throw new AssertionError("the script did not end");
  }

  /** What came back from a tool, oldest first. */
  public List<String> results(String tool) {
    return turns.stream()
        .flatMap(turn -> turn.results().stream())
        .filter(reply -> reply.tool().equals(tool))
        .map(Turn.CallReply::text)
        .toList();
  }

  private Turn turn(StepResult.Advanced step, int i) {
    return new Turn(
        i,
        step.answer(),
        step.results().stream().map(ScriptedRun::reply).toList(),
        step.report().notices(),
        List.of(step.report().mutations()),
        0);
  }

  private StepResult.Advanced step(JsonNode input, int i) {
    StepInput stepInput =
        new StepInput(
            taskId,
            agent,
            i,
            input,
            memory,
            Earlier.NOTHING,
            turns,
            agent.phases().stream().skip(phase).findFirst(),
            Optional.empty(),
            new Reserve(1_000_000_000, 1_000_000_000),
            Duration.ofMinutes(5));
    List<PastCall> before = List.copyOf(past);
    Actions actions =
        proposal ->
            new Actions.Performed(
                proposal.calls().stream().map(call -> perform(call, i, before)).toList());
    StepResult result = executor.execute(stepInput, actions);
    assertThat(result).isInstanceOf(StepResult.Advanced.class);
    return (StepResult.Advanced) result;
  }

  private CallResult perform(ToolCall call, int iteration, List<PastCall> before) {
    if (refused.contains(call.tool())) {
      return new CallResult.Failed(call, "a person rejected this action");
    }
    Tool tool = agent.tool(call.tool()).orElseThrow();
    assertThat(tool.input().violations(call.arguments())).isEmpty();
    String key =
        CanonicalJson.sha256(taskId + ":" + iteration + ":" + tool.name()).substring(0, 32);
    Invocation invocation =
        new Invocation(taskId, iteration, key, Duration.ofSeconds(20), () -> before);
    CallResult result = result(call, tool, invocation);
    past.add(pastCall(result));
    return result;
  }

  private static CallResult result(ToolCall call, Tool tool, Invocation invocation) {
    try {
      return switch (tool.body().perform(call.arguments(), invocation)) {
        case ToolOutcome.Succeeded(var output) -> new CallResult.Succeeded(call, output);
        case ToolOutcome.Failed(var why) -> new CallResult.Failed(call, why);
        case ToolOutcome.Unavailable(var why, _) -> new CallResult.Failed(call, why);
      };
    } catch (Exception unknown) {
      throw new AssertionError(tool.name() + " threw", unknown);
    }
  }

  private static PastCall pastCall(CallResult result) {
    Turn.CallReply reply = reply(result);
    return new PastCall(reply.tool(), reply.text(), reply.isError(), Instant.EPOCH);
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
