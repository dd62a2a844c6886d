package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.DecisionCheck;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepReport;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolCall;
import dev.treadle.ToolOutcome;
import dev.treadle.Usage;
import dev.treadle.drift.RunJudge;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.local.EmbeddedSeriesTable;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logging.MDC;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;

class LogFieldsTest {
  private static final TaskId ID = new TaskId("t-1");
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

  /** Arguments of the only tool. */
  record Nothing() {}

  @Test
  void eachLineOfADeliveryFromTheClaimOnNamesTaskIterationAndAgent() {
    Logger log = Logger.getLogger("dev.treadle.test.fields");
    Handler handler = new Noting();
    log.addHandler(handler);
    Tool look =
        Tool.readOnly(
            "look",
            "Looks",
            Nothing.class,
            (_, _) -> {
              log.warning("tool");
              return ToolOutcome.succeeded("seen");
            });
    Agent agent = LogFields.around(Agent.named("clerk").tool(look).build());
    try (VirtualThreads threads = new VirtualThreads()) {
      Loop loop = loop(agent, new Looking(log), threads);
      var request =
          Json.object()
              .put("task_id", ID.value())
              .put("task_type", "clerk")
              .put("triggered_by", "person:test");
      request.set("input_data", Json.object());
      assertThat(loop.starter().start(request)).isInstanceOf(StartAnswer.Started.class);
      StepMessage message = new StepMessage(ID, 1, 0);
      var _ =
          LogFields.during(
              message,
              () -> {
                log.warning("before");
                var done = loop.engine().deliver(message, Defaults.FUNCTION_TIMEOUT);
                log.warning("after");
                return done;
              });
      log.warning("outside");
    } finally {
      log.removeHandler(handler);
    }

    assertThat(lines)
        .containsExactly(
            "t-1 1  before",
            "t-1 1 clerk step",
            "t-1 1 clerk tool",
            "t-1 1 clerk after",
            "   outside");
    assertThat(MDC.get("agent")).isNull();
  }

  private static Loop loop(Agent agent, StepExecutor executor, VirtualThreads threads) {
    Instant now = Instant.parse("2026-03-02T09:00:00Z");
    MapRecords records = new MapRecords();
    return Loop.on(
        new Loop.Places(LogFields.around(new EmbeddedTaskStore(records)), (_, _) -> {}, _ -> {}),
        new AgentCatalog(List.of(agent)),
        executor,
        (_, _, _, _) -> new DecisionCheck.StillOpen(),
        new RunJudge(new EmbeddedSeriesTable(records)),
        threads,
        new Worker(() -> now, new Random(7), Defaults.LEASE));
  }

  /** Formats as the log of a function does, but for JSON. */
  private final class Noting extends Handler {
    private final PatternFormatter format =
        new PatternFormatter("%X{task} %X{iteration} %X{agent} %s");

    @Override
    public void publish(LogRecord line) {
      lines.add(format.format(ExtLogRecord.wrap(line)));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** Logs, and has the only tool called. */
  private record Looking(Logger log) implements StepExecutor {
    private static final StepReport SAID_NOTHING =
        new StepReport(
            Json.object(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            Usage.NONE,
            Reserve.NONE);

    @Override
    public StepResult execute(StepInput input, Actions actions) {
      log.warning("step");
      ToolCall call = new ToolCall("c1", "look", Json.object());
      return switch (actions.perform(
          new Actions.Proposal(Json.object(), List.of(call), Optional.empty(), ""))) {
        case Actions.Performed(var results) ->
            new StepResult.Advanced(Json.object(), results, SAID_NOTHING);
        case Actions.Interrupted() -> new StepResult.Stopped(Json.object(), Usage.NONE);
      };
    }

    @Override
    public Reserve firstReserve(Agent agent) {
      return Reserve.NONE;
    }
  }
}
