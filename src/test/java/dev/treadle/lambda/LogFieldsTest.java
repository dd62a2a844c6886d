package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Earlier;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.Usage;
import dev.treadle.engine.StepMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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
  void eachLineOfAStepAndOfItsToolsNamesTaskIterationAndAgent() throws Exception {
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
    StepExecutor executor = LogFields.around(new Saying(log));
    try {
      var _ =
          LogFields.during(
              new StepMessage(ID, 3, 0),
              () -> {
                log.warning("before");
                var result = executor.execute(input(agent), _ -> new Actions.Interrupted());
                log.warning("after");
                return result;
              });
      Thread tool =
          Thread.startVirtualThread(() -> {
            try {
              var call = new Invocation(ID, 3, "0".repeat(32), Duration.ofSeconds(1), List::of);
              var _ = agent.tools().getFirst().body().perform(Json.object(), call);
            } catch (Exception failed) {
              throw new IllegalStateException(failed);
            }
          });
      tool.join();
      log.warning("outside");
    } finally {
      log.removeHandler(handler);
    }

    assertThat(lines)
        .containsExactly(
            "t-1 3  before",
            "t-1 3 clerk step",
            "t-1 3 clerk after",
            "t-1 3 clerk tool",
            "   outside");
    assertThat(MDC.get("agent")).isNull();
  }

  private static StepInput input(Agent agent) {
    return new StepInput(
        ID,
        agent,
        3,
        Json.object(),
        Json.object(),
        Earlier.NOTHING,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Reserve.NONE,
        Duration.ofMinutes(1));
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

  private record Saying(Logger log) implements StepExecutor {
    @Override
    public StepResult execute(StepInput input, Actions actions) {
      log.warning("step");
      return new StepResult.Stopped(Json.object(), Usage.NONE);
    }

    @Override
    public Reserve firstReserve(Agent agent) {
      return Reserve.NONE;
    }
  }
}
