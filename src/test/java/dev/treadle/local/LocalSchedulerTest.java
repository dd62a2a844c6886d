package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Operator;
import dev.treadle.engine.Starter;
import dev.treadle.engine.StepQueue;
import dev.treadle.engine.Worker;
import dev.treadle.trigger.Overlap;
import dev.treadle.trigger.Schedule;
import dev.treadle.trigger.ScheduleTrigger;
import dev.treadle.trigger.Timetable;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LocalSchedulerTest {
  private static final Instant START = Instant.parse("2026-03-02T05:58:00Z");
  private final List<TaskId> started = new ArrayList<>();
  private final EmbeddedTaskStore store = new EmbeddedTaskStore(new MapRecords());
  private final StepQueue queue = (message, _) -> started.add(message.taskId());
  private final Worker worker = new Worker(() -> START, new Random(7), Defaults.LEASE);
  private final Starter starter =
      new Starter(
          store,
          queue,
          new AgentCatalog(List.of(Agent.named("clerk").build())),
          new NoModel(),
          worker);

  private LocalScheduler scheduler(String expression, Overlap overlap, Instant now) {
    Schedule schedule =
        new Schedule(
            "morning",
            Timetable.parse(expression),
            ZoneId.of("Europe/Berlin"),
            "clerk",
            Json.object(),
            overlap);
    return new LocalScheduler(new ScheduleTrigger(starter, store), List.of(schedule), now);
  }

  private static TaskId slot(String stamp) {
    return new TaskId("morning-" + stamp);
  }

  @Test
  void aSlotOfTheZonesClocksIsFiredOnce() {
    LocalScheduler scheduler = scheduler("cron(0 7 ? * MON-FRI *)", Overlap.ALLOW, START);

    for (int tick = 0; tick < 100; tick++) scheduler.tick(START.plusSeconds(5L * tick));

    assertThat(started).containsExactly(slot("20260302T060000"));
  }

  @Test
  void aRestartAroundASlotLosesItNotAndFiresItNotTwice() {
    scheduler("cron(0 7 ? * MON-FRI *)", Overlap.ALLOW, START).tick(START.plusSeconds(60));

    for (int restart = 0; restart < 3; restart++) {
      Instant now = START.plusSeconds(130 + 60L * restart);
      scheduler("cron(0 7 ? * MON-FRI *)", Overlap.ALLOW, now).tick(now);
    }

    assertThat(started).containsExactly(slot("20260302T060000"));
  }

  @Test
  void ofTheSlotsThatTheMachineSleptThroughTheLastIsFired() {
    LocalScheduler scheduler = scheduler("rate(1 hour)", Overlap.ALLOW, START);
    scheduler.tick(START);
    scheduler.tick(START.plusSeconds(10 * 3_600));

    assertThat(started).containsExactly(slot("20260302T050000"), slot("20260302T150000"));
  }

  @Test
  void aSlotThatWaitsIsFiredWhenTheEarlierTaskHasEnded() {
    LocalScheduler scheduler = scheduler("rate(1 hour)", Overlap.QUEUE, START);
    scheduler.tick(START);
    for (int tick = 0; tick < 5; tick++) scheduler.tick(START.plusSeconds(3_600 + tick));
    assertThat(started).containsExactly(slot("20260302T050000"));

    var _ = new Operator(store, queue, worker).cancel(started.getFirst(), "ann", "stop");
    scheduler.tick(START.plusSeconds(3_700));

    assertThat(started).containsExactly(slot("20260302T050000"), slot("20260302T060000"));
  }

  @Test
  void aSlotThatIsSkippedSaysWhy() {
    LocalScheduler scheduler = scheduler("rate(1 hour)", Overlap.SKIP, START);
    scheduler.tick(START);

    assertThat(scheduler.tick(START.plusSeconds(3_600)))
        .singleElement()
        .extracting(LocalScheduler.Fired::answer)
        .isEqualTo(new ScheduleTrigger.Skipped("task morning-20260302T050000 is running"));
  }

  private static final class NoModel implements StepExecutor {
    @Override
    public StepResult execute(StepInput input, Actions actions) {
      throw new AssertionError("no step runs here");
    }

    @Override
    public Reserve firstReserve(Agent agent) {
      return Reserve.NONE;
    }
  }
}
