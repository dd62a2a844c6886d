package dev.treadle.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.AgentSource;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.engine.ReadingExecutor;
import java.time.Duration;
import java.util.List;

/** The agent of the measurements: it reads pages of 2 KB, and does nothing else. */
public final class BenchAgent implements AgentSource {
  public static final String NAME = "bench";
  private static final int PAGE_CHARACTERS = 2_048;

  @Override
  public List<Agent> agents() {
    return List.of(
        Agent.named(NAME)
            .instructions("Read the pages.")
            .tool(
                Tool.readOnly(
                    ReadingExecutor.TOOL,
                    "A page",
                    ReadingExecutor.Page.class,
                    // Each page is another one, or the engine would see that nothing new comes.
                    (page, _) ->
                        ToolOutcome.succeeded(page.number() + "x".repeat(PAGE_CHARACTERS))))
            .limits(
                Limits.DEFAULT
                    .withMaxIterations(1_000)
                    .withBudget(
                        new Limits.Budget(
                            1_000_000_000, 1_000_000_000, 10_000, Duration.ofDays(1))))
            .build());
  }

  /** What starts a task of it. */
  public static ObjectNode request(TaskId id) {
    ObjectNode request =
        Json.object()
            .put("task_id", id.value())
            .put("task_type", NAME)
            .put("triggered_by", "person:bench");
    request.set("input_data", Json.object());
    return request;
  }
}
