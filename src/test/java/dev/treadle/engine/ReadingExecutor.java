package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepReport;
import dev.treadle.StepResult;
import dev.treadle.ToolCall;
import dev.treadle.Usage;
import java.util.List;
import java.util.Optional;

/**
 * No model and no waiting: each step reads the page of its number with the agent's tool {@link
 * #TOOL}, so what is measured or counted is the engine.
 */
public final class ReadingExecutor implements StepExecutor {
  public static final String TOOL = "page";

  /** Arguments of the tool. */
  public record Page(int number) {}

  @Override
  public StepResult execute(StepInput input, Actions actions) {
    JsonNode arguments = Json.object().put("number", input.iteration());
    List<ToolCall> calls = List.of(new ToolCall("c" + input.iteration(), TOOL, arguments));
    JsonNode answer = Json.object().put("number", input.iteration());
    return switch (actions.perform(new Actions.Proposal(answer, calls, Optional.empty(), ""))) {
      case Actions.Performed(var results) -> new StepResult.Advanced(answer, results, report());
      case Actions.Interrupted() -> new StepResult.Stopped(answer, Usage.NONE);
    };
  }

  private static StepReport report() {
    return new StepReport(
        Json.object(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        new Usage(10, 5, 7),
        new Reserve(20, 40));
  }

  @Override
  public Reserve firstReserve(Agent agent) {
    return new Reserve(20, 40);
  }
}
