package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.DecisionCheck;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.SeriesKey;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.drift.Acknowledgement;
import dev.treadle.drift.FireMark;
import dev.treadle.drift.RunJudge;
import dev.treadle.drift.ScheduleHealth;
import dev.treadle.drift.SeriesTable;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.ForwardingTaskStore;
import dev.treadle.engine.Loop;
import dev.treadle.engine.SeriesRun;
import dev.treadle.engine.Task;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.local.EmbeddedSeriesTable;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;
import dev.treadle.trigger.Overlap;
import dev.treadle.trigger.Schedule;
import dev.treadle.trigger.ScheduleTrigger;
import dev.treadle.trigger.Slot;
import dev.treadle.trigger.Timetable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FireWatchTest {
  private static final String EACH_MORNING = "cron(0 7 * * ? *)";
  private final MapRecords records = new MapRecords();
  private final EmbeddedTaskStore store = new EmbeddedTaskStore(records);
  private final SeriesTable table = new EmbeddedSeriesTable(records);
  private Instant now = Instant.parse("2026-03-02T05:58:00Z");
  private final Worker worker = new Worker(() -> now, new Random(7), Defaults.LEASE);
  private final Loop loop =
      Loop.on(
          new Loop.Places(new Damaged(), (_, _) -> {}, _ -> {}),
          new AgentCatalog(List.of(Agent.named("clerk").build())),
          new NoModel(),
          (_, _, _, _) -> new DecisionCheck.StillOpen(),
          new RunJudge(table),
          new VirtualThreads(),
          worker);
  private final ScheduleTrigger trigger = new ScheduleTrigger(loop.starter(), store);
  private final List<String> lines = new ArrayList<>();
  private boolean isDamaged;

  /** A store in which no head can be read, once it is damaged. */
  private final class Damaged extends ForwardingTaskStore {
    Damaged() {
      super(FireWatchTest.this.store);
    }

    @Override
    public Optional<Task> find(TaskId id) {
      if (isDamaged) throw new IllegalStateException("the head of " + id + " cannot be read");
      return super.find(id);
    }
  }

  private static Schedule schedule(String expression, Overlap overlap) {
    return new Schedule(
        "morning",
        Timetable.parse(expression),
        ZoneId.of("Europe/Berlin"),
        "clerk",
        Json.object(),
        overlap);
  }

  private FireWatch watch(Schedule schedule) {
    return new FireWatch(List.of(schedule), fires(), table, lines::add);
  }

  private ExpectedFires fires() {
    return new ExpectedFires(store, table, trigger);
  }

  private void fire(Schedule schedule, String slot) {
    Slot.Fire fire = (Slot.Fire) Slot.read(schedule.event(Instant.parse(slot)));
    var _ = trigger.fire(fire.slot());
  }

  /** Ticks each minute up to a time. */
  private void tickUpTo(FireWatch watch, String end) {
    while (now.isBefore(Instant.parse(end))) {
      now = now.plusSeconds(60);
      watch.tick(now);
    }
  }

  private List<String> missed() throws Json.MalformedJson {
    List<String> missed = new ArrayList<>();
    for (String line : lines) {
      JsonNode event = Json.parse(line);
      assertThat(event.path("MissedFires").asInt()).isEqualTo(1);
      missed.add(event.path("Fire").asText());
    }
    return missed;
  }

  @Test
  void aFireWithoutATaskIsSaidOnceFiveMinutesLater() throws Exception {
    FireWatch watch = watch(schedule(EACH_MORNING, Overlap.ALLOW));
    tickUpTo(watch, "2026-03-02T06:04:00Z");
    assertThat(lines).isEmpty();

    tickUpTo(watch, "2026-03-02T09:00:00Z");

    assertThat(missed()).containsExactly("2026-03-02T06:00:00Z");
  }

  @Test
  void aTaskThatCannotBeHealedKeepsNoMissedFireFromBeingSaid() throws Exception {
    Schedule schedule = schedule(EACH_MORNING, Overlap.ALLOW);
    WatchdogHandler handler =
        new WatchdogHandler(
            loop, () -> watch(schedule), new Metrics("shop", () -> now, _ -> {}), () -> now);
    fire(schedule, "2026-03-01T06:00:00Z");
    isDamaged = true;

    for (int minute = 0; minute < 10; minute++) {
      now = now.plusSeconds(60);
      try {
        handler.handleRequest(Json.object(), null);
      } catch (IllegalStateException failed) {
        assertThat(failed).hasMessageStartingWith("1 due tasks could not be pushed");
      }
    }

    assertThat(missed()).containsExactly("2026-03-02T06:00:00Z");
  }

  @Test
  void ofTwoFailuresOfAWatchdogNeitherHidesTheOther() {
    fire(schedule(EACH_MORNING, Overlap.ALLOW), "2026-03-01T06:00:00Z");
    isDamaged = true;
    now = now.plusSeconds(600);
    WatchdogHandler handler =
        new WatchdogHandler(
            loop,
            () -> {
              throw new IllegalStateException("TREADLE_SCHEDULES must be JSON");
            },
            new Metrics("shop", () -> now, _ -> {}),
            () -> now);

    assertThatThrownBy(() -> handler.handleRequest(Json.object(), null))
        .hasMessageStartingWith("1 due tasks could not be pushed")
        .satisfies(first ->
            assertThat(first.getSuppressed())
                .anySatisfy(
                    second -> assertThat(second).hasMessage("TREADLE_SCHEDULES must be JSON")));
  }

  @Test
  void aFireThatComesLateIsNoMiss() {
    Schedule schedule = schedule(EACH_MORNING, Overlap.ALLOW);
    FireWatch watch = watch(schedule);
    tickUpTo(watch, "2026-03-02T06:04:00Z");
    fire(schedule, "2026-03-02T06:00:00Z");

    tickUpTo(watch, "2026-03-02T09:00:00Z");

    assertThat(lines).isEmpty();
  }

  @Test
  void aFireThatComesAfterItWasSaidIsNotShownAsMissedAnyMore() throws Exception {
    Schedule schedule = schedule(EACH_MORNING, Overlap.ALLOW);
    tickUpTo(watch(schedule), "2026-03-02T07:00:00Z");
    assertThat(health(schedule).missed()).containsExactly(Instant.parse("2026-03-02T06:00:00Z"));

    fire(schedule, "2026-03-02T06:00:00Z");

    assertThat(missed()).hasSize(1);
    assertThat(health(schedule).missed()).isEmpty();
    assertThat(health(schedule).expectedFires()).isEqualTo(1);
  }

  private ScheduleHealth health(Schedule schedule) {
    return ScheduleHealth.of(
        new SeriesKey("morning"),
        List.of(),
        fires().beside(List.of(), schedule, now),
        fire -> fires().isAnswered(schedule, fire),
        Optional.empty(),
        now);
  }

  @Test
  void watchdogsThatOverlapSayAFireOnceAndAnOutageLosesNone() throws Exception {
    Schedule schedule = schedule(EACH_MORNING, Overlap.ALLOW);
    watch(schedule).tick(now);
    now = now.plus(Duration.ofDays(3));

    for (int watchdog = 0; watchdog < 5; watchdog++) {
      now = now.plusNanos(1);
      watch(schedule).tick(now);
    }

    assertThat(missed())
        .containsExactly("2026-03-02T06:00:00Z", "2026-03-03T06:00:00Z", "2026-03-04T06:00:00Z");
  }

  @Test
  void ofTwoWatchdogsThatReadTheSameMarkOneSaysTheFire() throws Exception {
    Schedule schedule = schedule(EACH_MORNING, Overlap.ALLOW);
    FireWatch rival = watch(schedule);
    rival.tick(now);
    now = now.plus(Duration.ofHours(3));
    SeriesTable overtaken = new Overtaken(table, () -> rival.tick(now.minusNanos(1)));

    new FireWatch(List.of(schedule), fires(), overtaken, lines::add).tick(now);

    assertThat(missed()).containsExactly("2026-03-02T06:00:00Z");
  }

  @Test
  void aScheduleIsWatchedFromTheFirstLookAndNotBefore() {
    Schedule schedule = schedule(EACH_MORNING, Overlap.ALLOW);
    now = Instant.parse("2026-03-02T08:00:00Z");

    tickUpTo(watch(schedule), "2026-03-02T12:00:00Z");

    assertThat(lines).isEmpty();
    assertThat(fires().beside(List.of(), schedule, now)).isEmpty();
  }

  @Test
  void aTimeThatTheClocksSkipIsNotExpectedAndOneThatTheyShowTwiceIsExpectedOnce() throws Exception {
    Schedule schedule = schedule("cron(30 2 * * ? *)", Overlap.ALLOW);
    now = Instant.parse("2026-03-28T12:00:00Z");
    FireWatch watch = watch(schedule);
    tickUpTo(watch, "2026-03-30T12:00:00Z");
    assertThat(missed())
        .as("there is no half past two on the 29th")
        .containsExactly("2026-03-30T00:30:00Z");

    lines.clear();
    watch.tick(Instant.parse("2026-10-24T12:00:00Z"));
    lines.clear();
    now = Instant.parse("2026-10-24T12:00:00Z");
    tickUpTo(watch, "2026-10-26T12:00:00Z");

    assertThat(missed())
        .as("half past two comes twice on the 25th")
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
  }

  @Test
  void aSlotThatItsScheduleSkipsBehindAnEarlierTaskIsNoMiss() throws Exception {
    Schedule skipping = schedule(EACH_MORNING, Overlap.SKIP);
    FireWatch watch = watch(skipping);
    tickUpTo(watch, "2026-03-02T06:00:00Z");
    fire(skipping, "2026-03-02T06:00:00Z");
    tickUpTo(watch, "2026-03-03T06:02:00Z");
    // The earlier task ends between the slot and the look.
    var _ = loop.operator().cancel(new TaskId("morning-20260302T060000"), "ann", "stop");
    tickUpTo(watch, "2026-03-04T09:00:00Z");

    assertThat(missed()).containsExactly("2026-03-04T06:00:00Z");
  }

  /** A table on which somebody else is always a moment faster. */
  private record Overtaken(SeriesTable table, Runnable rival) implements SeriesTable {
    @Override
    public List<SeriesRun> runs(SeriesKey series, Instant before, int most) {
      return table.runs(series, before, most);
    }

    @Override
    public void acknowledge(Acknowledgement acknowledgement) {
      table.acknowledge(acknowledgement);
    }

    @Override
    public List<Acknowledgement> acknowledgements(SeriesKey series) {
      return table.acknowledgements(series);
    }

    @Override
    public Optional<FireMark> fireMark(SeriesKey series) {
      return table.fireMark(series);
    }

    @Override
    public boolean move(Optional<FireMark> from, FireMark to) {
      rival.run();
      return table.move(from, to);
    }
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
