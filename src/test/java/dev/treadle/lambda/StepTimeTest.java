package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.DecisionCheck;
import dev.treadle.Fault;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Usage;
import dev.treadle.drift.RunJudge;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.local.EmbeddedQueue;
import dev.treadle.local.EmbeddedSeriesTable;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long a step has, by what Lambda says of its invocation. */
class StepTimeTest {
  private static final Duration WHOLE = Defaults.FUNCTION_TIMEOUT.minus(Defaults.COMMIT_MARGIN);
  private final List<Duration> timesLeft = new ArrayList<>();

  @Test
  void aStepHasWhatIsLeftOfItsInvocation() {
    run(new Invocation(20_000));

    assertThat(timesLeft).containsExactly(Duration.ofSeconds(15));
  }

  @Test
  void onALaptopItHasAsLongAsAFunction() {
    run(null);

    assertThat(timesLeft).containsExactly(WHOLE);
  }

  @Test
  void aStandInForLambdaThatNamesNoDeadlineGivesTheWholeTime() {
    run(new Invocation(-1_795_000));
    run(new Invocation(Integer.MAX_VALUE));

    assertThat(timesLeft).containsExactly(WHOLE, WHOLE);
  }

  private void run(@Nullable Context context) {
    Instant now = Instant.parse("2026-03-02T09:00:00Z");
    MapRecords records = new MapRecords();
    var queue = new EmbeddedQueue(records, () -> now, new Random(7), EmbeddedQueue.Terms.DEFAULT);
    Loop loop =
        Loop.on(
            new Loop.Places(new EmbeddedTaskStore(records), queue, _ -> {}),
            new AgentCatalog(List.of(Agent.named("clerk").build())),
            new Watch(),
            (_, _, _, _) -> new DecisionCheck.StillOpen(),
            new RunJudge(new EmbeddedSeriesTable(records)),
            new VirtualThreads(),
            new Worker(() -> now, new Random(7), Defaults.LEASE));
    var request = Json.object().put("task_id", "t-1").put("task_type", "clerk");
    request.put("triggered_by", "person:test").set("input_data", Json.object());
    assertThat(loop.starter().start(request)).isInstanceOf(StartAnswer.Started.class);
    SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
    message.setBody(loop.store().find(new TaskId("t-1")).orElseThrow().due().body());
    SQSEvent event = new SQSEvent();
    event.setRecords(List.of(message));

    var _ =
        new StepHandler(loop.engine(), queue, () -> now, Traces.OFF).handleRequest(event, context);
  }

  /** A step that looks at the clock. */
  private final class Watch implements StepExecutor {
    @Override
    public StepResult execute(StepInput input, Actions actions) {
      timesLeft.add(input.timeLeft());
      return new StepResult.Faulted(new Fault.Hopeless("that was all"), Usage.NONE);
    }

    @Override
    public Reserve firstReserve(Agent agent) {
      return Reserve.NONE;
    }
  }

  /** An invocation of which only the time that is left is known. */
  private record Invocation(int remainingMillis) implements Context {
    @Override
    public int getRemainingTimeInMillis() {
      return remainingMillis;
    }

    @Override
    public String getAwsRequestId() {
      return "";
    }

    @Override
    public String getLogGroupName() {
      return "";
    }

    @Override
    public String getLogStreamName() {
      return "";
    }

    @Override
    public String getFunctionName() {
      return "";
    }

    @Override
    public String getFunctionVersion() {
      return "";
    }

    @Override
    public String getInvokedFunctionArn() {
      return "";
    }

    @Override
    public int getMemoryLimitInMB() {
      return 0;
    }

    @Override
    public CognitoIdentity getIdentity() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ClientContext getClientContext() {
      throw new UnsupportedOperationException();
    }

    @Override
    public LambdaLogger getLogger() {
      throw new UnsupportedOperationException();
    }
  }
}
