package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Table, queue or watchdog are away for longer than a moment, and everything goes on afterwards.
 */
class OutageTest {
  private static final Script.Brain SENDING =
      Script.moves(
          Move.of(call("c1", "send", "a"), call("c2", "keep", "b")),
          Move.of(call("c3", "look", "c")),
          Move.complete());

  private static World world() {
    World world = new World(SENDING);
    world.human = world::decideTruthfully;
    return world;
  }

  private static void demandDoneOnce(World world) {
    assertThat(world.task().status()).as("%s", world.task().outcome()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("send")).isEqualTo(1);
    assertThat(world.outside.effects("keep")).isEqualTo(1);
  }

  @Test
  void aCommitThatFailsTwiceKeepsWhatTheActionsBrought() {
    World world = world();
    world.faults.at("commit", 1, Fate.UNAVAILABLE).at("commit", 2, Fate.UNAVAILABLE);

    world.play();

    demandDoneOnce(world);
    assertThat(world.outside.arrivals).extracting(Outside.Arrival::tool).containsOnlyOnce("send");
    assertThat(world.script.modelCalls).isEqualTo(3);
  }

  @Test
  void aCommitThatNeverWorksEndsTheTaskWithoutRepeatingItsActionAndAResumeKeepsTheResult() {
    World world = world();
    // Three attempts, and then the write that ends the task, which fails for a while too.
    for (int nth = 1; nth <= 6; nth++) world.faults.at("commit", nth, Fate.UNAVAILABLE);

    world.play();

    assertThat(world.task().outcome().reason()).isEqualTo(Reason.RETRIES_EXHAUSTED);
    assertThat(world.outside.effects("send")).isEqualTo(1);
    assertThat(world.table.ledger(World.ID))
        .extracting(LedgerRow::state)
        .containsOnly(LedgerRow.State.SUCCEEDED);
    world.resume();
    world.run();
    demandDoneOnce(world);
    assertThat(world.script.modelCalls).isEqualTo(3);
  }

  @Test
  void anOutageOfTheTableThatBeginsAnywhereRepeatsNothing() {
    World undisturbed = world();
    undisturbed.play();
    int schedules = 0;
    for (int point = 2; point < undisturbed.faults.points(); point++) {
      World world = world();
      for (int lost = point; lost < point + 25; lost++) world.faults.at(lost, Fate.UNAVAILABLE);
      world.play();
      if (world.task().status() == Status.FAILED) {
        assertThat(world.task().outcome().reason()).isEqualTo(Reason.RETRIES_EXHAUSTED);
        world.resume();
        world.run();
      }
      demandDoneOnce(world);
      schedules++;
    }
    assertThat(schedules).isGreaterThan(15);
  }

  @Test
  void aTaskWhoseSendsAreAllRefusedIsFreeAndOverdueUntilTheQueueIsBack() {
    World world = world();
    for (int nth = 2; nth <= 40; nth++) world.faults.at("enqueue", nth, Fate.UNAVAILABLE);
    world.start();
    world.event();

    for (int minute = 1; minute <= 30; minute++) world.pass(Duration.ofMinutes(1));

    Task stuck = world.task();
    assertThat(stuck.status()).isEqualTo(Status.RUNNING);
    assertThat(stuck.iteration()).isEqualTo(2);
    assertThat(stuck.lease()).isNull();
    Instant far = world.now.plus(Defaults.RESEND_PAUSE).plusSeconds(60);
    assertThat(world.table.due(Shard.of(World.ID), far, 9)).containsExactly(World.ID);
    world.run();
    demandDoneOnce(world);
  }

  @Test
  void whileNobodyReceivesTheWatchdogSaysSinceWhenTheTaskHasBeenDue() {
    World world = world();
    world.start();
    List<Duration> said = new ArrayList<>();

    for (int minute = 1; minute <= 20; minute++) {
      world.now = world.now.plusSeconds(60);
      said.add(world.watchdog.tick());
    }

    // It looks again when the next message is due, and says nothing of the task in between.
    assertThat(said.subList(16, 20)).anyMatch(due -> due.toMinutes() >= 17);
    assertThat(said.subList(0, 5)).noneMatch(due -> due.toMinutes() > 5);
  }

  @Test
  void aQueueThatIsPurgedAgainAndAgainLosesNoTask() {
    World world = world();
    List<TaskId> ids = new ArrayList<>(List.of(World.ID));
    world.start();
    IntStream.rangeClosed(2, 12).mapToObj(n -> new TaskId("t-" + n)).forEach(ids::add);
    ids.subList(1, 12).forEach(id -> world.starter().start(World.request(id)));

    for (int event = 0; event < 60; event++) {
      world.event();
      if (event % 3 == 0) purge(world);
    }
    world.run();

    assertThat(ids)
        .map(id -> world.table.find(id).orElseThrow().status())
        .containsOnly(Status.DONE)
        .hasSize(12);
    assertThat(world.outside.effects("send")).isEqualTo(12);
  }

  private static void purge(World world) {
    Instant now = world.now;
    world.now = now.plus(Defaults.HIDE_MAX);
    for (var all = world.messages.receive(100); !all.isEmpty(); all = world.messages.receive(100)) {
      all.forEach(message -> world.messages.delete(message.receipt()));
    }
    world.now = now;
  }

  @Test
  void aWatchdogThatWasAwayForHoursSendsOnceWhenItIsBack() {
    World world = world();
    world.faults.at("enqueue", 2, Fate.DIE_BEFORE);
    world.start();
    world.event();
    purge(world);
    world.now = world.now.plus(Duration.ofHours(5));

    world.watchdog.tick();
    world.watchdog.tick();

    assertThat(world.messages.receive(10)).hasSize(1);
  }

  @Test
  void aWatchdogWithAStaleIndexThatTicksBeforeEveryCallDoesNoHarm() {
    World undisturbed = world();
    undisturbed.play();
    for (int point = 2; point < undisturbed.faults.points(); point++) {
      World world = world();
      Watchdog stale =
          new Watchdog(
              new Loop.Places(new StaleIndex(world.table), world.queue, _ -> {}),
              world.engine,
              world.worker);
      world.faults.before(point, stale::tick);

      world.play();

      demandDoneOnce(world);
      assertThat(world.script.modelCalls).isEqualTo(undisturbed.script.modelCalls);
      assertThat(world.deliveries).isLessThanOrEqualTo(undisturbed.deliveries + 1);
    }
  }

  /** An index that shows the task as due whatever became of it. */
  private static final class StaleIndex extends ForwardingTaskStore {
    StaleIndex(TaskStore table) {
      super(table);
    }

    @Override
    public List<TaskId> due(int shard, Instant upTo, int most) {
      return shard == Shard.of(World.ID) ? List.of(World.ID) : List.of();
    }
  }
}
