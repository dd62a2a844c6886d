package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.Fault;
import dev.treadle.Reserve;
import dev.treadle.Status;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.Usage;
import dev.treadle.local.EmbeddedBreakerTable;
import dev.treadle.local.MapRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An outage, and what it costs the tasks that met it. */
class BreakersTest {
  private static final int TASKS = 50;
  private static final Duration OUTAGE = Duration.ofMinutes(10);
  private final EmbeddedBreakerTable table = new EmbeddedBreakerTable(new MapRecords());

  /** When the outside was asked, during the outage and after it. */
  private final List<Instant> askedDuring = new ArrayList<>();

  private final List<Instant> askedAfter = new ArrayList<>();

  @Test
  void anOutageOfTheModelCostsNoTaskItsCapAndNoneARetryOnceTheBreakerIsOpen() {
    World world = new World(IterationsTest.looking(3));
    Breakers breakers = new Breakers(table, world.worker);
    world.executor = breakers.around(failingFor(OUTAGE, world));
    world.deploy(world.agent);
    startAll(world);
    world.run();

    List<Task> done = world.table.list(Status.DONE, 100);
    assertThat(done).hasSize(TASKS);
    // Nobody used an iteration more than without an outage.
    assertThat(done).extracting(Task::iteration).containsOnly(5);
    int retries = world.agent.limits().retries().perTask();
    int burnt = done.stream().mapToInt(task -> retries - task.attempts().retriesLeft()).sum();
    assertThat(burnt).isLessThan(Breaker.FAILURES_MAX);
    // Five that opened it, then one probe at a time: 30 s, 1, 2, 4 and 5 minutes apart.
    assertThat(askedDuring).hasSizeLessThanOrEqualTo(Breaker.FAILURES_MAX + 6);
    assertNoStampede();
  }

  @Test
  void aTaskThatIsParkedSaysForWhatAndUntilWhen() {
    World world = new World(IterationsTest.looking(1));
    world.executor = new Breakers(table, world.worker).around(failingFor(OUTAGE, world));
    world.deploy(world.agent);
    openTheBreaker("model:default", world.now);
    world.start();
    world.event();

    assertThat(world.task().status()).isEqualTo(Status.RUNNING);
    assertThat(askedDuring).isEmpty();
    assertThat(world.journal())
        .filteredOn(JournalItem.Note.class::isInstance)
        .last()
        .satisfies(note ->
            assertThat(((JournalItem.Note) note).text())
                .startsWith("parked: breaker open for model:default until 2026-03-02T09:"));
    assertThat(world.task().attempts().left())
        .isEqualTo(world.agent.limits().retries().attemptsPerIteration());
  }

  @Test
  void anOutageOfAToolsHostParksReadsAndActionsBeforeTheyAreStarted() {
    for (boolean acts : List.of(false, true)) {
      askedDuring.clear();
      askedAfter.clear();
      AtomicReference<World> here = new AtomicReference<>();
      World world =
          new World(
              Script.moves(Script.Move.of(Script.call("c1", "host", "x")), Script.Move.complete()),
              agent -> agent.tool(host(here, acts)));
      here.set(world);
      Breakers breakers = new Breakers(new EmbeddedBreakerTable(new MapRecords()), world.worker);
      world.deploy(breakers.around(world.agent));
      startAll(world);
      world.run();

      List<Task> done = world.table.list(Status.DONE, 100);
      assertThat(done).hasSize(TASKS);
      assertThat(done).extracting(Task::iteration).containsOnly(3);
      assertThat(askedDuring).hasSizeLessThanOrEqualTo(Breaker.FAILURES_MAX + 6);
      assertNoStampede();
    }
  }

  @Test
  void readsOfOneStepAreOneProbeOfWhatTheyShare() {
    AtomicReference<World> here = new AtomicReference<>();
    World world =
        new World(
            Script.moves(
                Script.Move.of(Script.call("c1", "host", "x"), Script.call("c2", "host", "y")),
                Script.Move.complete()),
            agent -> agent.tool(host(here, false)));
    here.set(world);
    world.deploy(new Breakers(table, world.worker).around(world.agent));
    openTheBreaker("tool:ledger.example.com", world.now.plus(OUTAGE));
    world.now = world.now.plus(OUTAGE);
    world.start();

    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(askedAfter).hasSize(2);
  }

  @Test
  void ofManyWorkersOneProbes() {
    World world = new World(IterationsTest.looking(1));
    Instant open = world.now;
    openTheBreaker("model:default", open);
    world.now = open.plus(Breaker.PAUSE_MIN).plusSeconds(1);
    List<Boolean> admitted =
        IntStream.range(0, 20)
            .mapToObj(_ -> new Breakers(table, world.worker).admit("model:default").isEmpty())
            .toList();
    assertThat(admitted).filteredOn(each -> each).hasSize(1);
  }

  @Test
  void aProberThatDiedHoldsTheOthersOnlyAsLongAsALease() {
    World world = new World(IterationsTest.looking(1));
    openTheBreaker("model:default", world.now);
    world.now = world.now.plus(Breaker.PAUSE_MIN).plusSeconds(1);
    Breakers breakers = new Breakers(table, world.worker);
    assertThat(breakers.admit("model:default")).isEmpty();
    assertThat(breakers.admit("model:default")).isPresent();
    world.now = world.now.plus(Breaker.PROBE_MAX).plusMillis(1);
    assertThat(breakers.admit("model:default")).isEmpty();
  }

  @Test
  void failuresFurtherApartThanTheWindowOpenNothing() {
    Instant now = World.START;
    Breaker breaker = Breaker.closed("x", now);
    for (int i = 0; i < 20; i++) {
      breaker = breaker.failed("down", now);
      now = now.plus(Breaker.WINDOW).plusMillis(1);
    }
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void aHealthyDependencyIsReadOncePerFiveSecondsAndNeverWritten() {
    World world = new World(IterationsTest.looking(1));
    List<String> calls = new ArrayList<>();
    BreakerTable counted =
        new BreakerTable() {
          @Override
          public Optional<Breaker> find(String dependency) {
            calls.add("find");
            return Optional.empty();
          }

          @Override
          public boolean replace(Breaker next) {
            calls.add("replace");
            return true;
          }

          @Override
          public Halts halts() {
            throw new AssertionError("the kill switch is no breaker");
          }

          @Override
          public boolean replace(Halts next) {
            throw new AssertionError("the kill switch is no breaker");
          }
        };
    Breakers breakers = new Breakers(counted, world.worker);
    for (int i = 0; i < 100; i++) {
      assertThat(breakers.admit("model:default")).isEmpty();
      world.now = world.now.plusMillis(100);
    }
    assertThat(calls).containsExactly("find", "find");
  }

  /** In no second after the outage more than a few ask. */
  private void assertNoStampede() {
    assertThat(askedAfter).isNotEmpty();
    for (Instant from : askedAfter) {
      assertThat(askedAfter)
          .filteredOn(at -> !at.isBefore(from) && at.isBefore(from.plusSeconds(1)))
          .hasSizeLessThanOrEqualTo(12);
    }
  }

  private StepExecutor failingFor(Duration outage, World world) {
    StepExecutor healthy = world.script;
    return new StepExecutor() {
      @Override
      public StepResult execute(StepInput input, Actions actions) {
        if (world.now.isBefore(World.START.plus(outage))) {
          askedDuring.add(world.now);
          Fault down = new Fault.Transient("529 overloaded", Duration.ZERO);
          return new StepResult.Faulted(down, Usage.NONE);
        }
        if (input.iteration() == 1) askedAfter.add(world.now);
        return healthy.execute(input, actions);
      }

      @Override
      public Reserve firstReserve(Agent agent) {
        return healthy.firstReserve(agent);
      }
    };
  }

  private Tool host(AtomicReference<World> here, boolean acts) {
    Tool.Body<Outside.Text> body =
        (_, _) -> {
          World world = here.get();
          if (world.now.isBefore(World.START.plus(OUTAGE))) {
            askedDuring.add(world.now);
            return new ToolOutcome.Unavailable("connection refused", Duration.ZERO);
          }
          askedAfter.add(world.now);
          return ToolOutcome.succeeded("done");
        };
    Tool tool =
        acts
            ? Tool.idempotent(
                "host", "Writes.", BlastRadius.LOW, Outside.WINDOW, Outside.Text.class, body)
            : Tool.readOnly("host", "Reads.", Outside.Text.class, body);
    return tool.dependingOn("ledger.example.com");
  }

  private static void startAll(World world) {
    for (int i = 1; i <= TASKS; i++) {
      world.starter().start(World.request(new TaskId("t-" + i)));
    }
  }

  private void openTheBreaker(String dependency, Instant now) {
    Breaker breaker = Breaker.closed(dependency, now);
    while (!breaker.isOpen()) {
      breaker = breaker.failed("529 overloaded", now);
      assertThat(table.replace(breaker)).isTrue();
    }
  }
}
