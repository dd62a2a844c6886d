package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Json;
import dev.treadle.Reason;
import dev.treadle.SeriesKey;
import dev.treadle.Status;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Breaks one task at every call that it makes to the world, in every way, and demands that it ends
 * as if nothing had happened, or as a human says once nobody else can know.
 */
class CrashPointTest {
  private static final boolean ALL_PAIRS =
      System.getProperty("treadle.pairs", "some").equals("all");
  private static final Script.Brain BRAIN =
      Script.moves(
          Move.of(call("c1", "look", "a"), call("c2", "keep", "b"), call("c3", "send", "c")),
          Move.of(call("c4", "wire", "d"), call("c5", "pay", "e"))
              .noting(Json.object().put("step", 2)),
          Move.of(call("c6", "look", "f"), call("c7", "label", "g")),
          Move.complete());

  private static World world() {
    World world = new World(BRAIN);
    world.human = world::decideTruthfully;
    return world;
  }

  private static int points() {
    World undisturbed = world();
    Task task = undisturbed.play();
    demandDone(undisturbed, task);
    return undisturbed.faults.points();
  }

  @Test
  void noSingleFaultRepeatsAnEffectOrStopsTheTask() {
    int points = points();
    List<String> broken = new ArrayList<>();
    int schedules = 0;
    for (int point = 0; point < points; point++) {
      for (Fate fate : Fate.values()) {
        schedules++;
        String name = point + " " + fate;
        World world = world();
        world.faults.at(point, fate);
        demand(() -> demandDone(world, world.play()), name, broken);
      }
    }
    System.out.println("single faults: " + schedules + " schedules over " + points + " points");
    assertThat(broken).isEmpty();
  }

  @Test
  void noPairOfFaultsRepeatsAnEffectOrStopsTheTask() {
    int points = points();
    List<String> broken = new ArrayList<>();
    int schedules = 0;
    Fate[] fates = Fate.values();
    for (int first = 0; first < points; first++) {
      for (int second = first + 1; second < points + 10; second++) {
        for (int kinds = 0; kinds < fates.length * fates.length; kinds++) {
          // One kind of each pair per build, spread evenly; -Dtreadle.pairs=all takes minutes.
          if (!ALL_PAIRS && kinds != (first * 7 + second * 3) % (fates.length * fates.length)) {
            continue;
          }
          schedules++;
          Fate one = fates[kinds / fates.length];
          Fate two = fates[kinds % fates.length];
          World world = world();
          world.faults.at(first, one).at(second, two);
          demand(
              () -> demandDone(world, world.play()),
              first + " " + one + ", " + second + " " + two,
              broken);
        }
      }
    }
    System.out.println("pairs of faults: " + schedules + " schedules over " + points + " points");
    assertThat(broken).isEmpty();
  }

  @Test
  void aTaskOfASeriesLeavesOneRunWhateverBreaks() {
    World undisturbed = world();
    demandOneRun(undisturbed);
    int points = undisturbed.faults.points();
    List<String> broken = new ArrayList<>();
    int schedules = 0;
    for (int point = 0; point < points; point++) {
      for (Fate fate : Fate.values()) {
        schedules++;
        World world = world();
        world.faults.at(point, fate);
        demand(() -> demandOneRun(world), point + " " + fate, broken);
      }
    }
    System.out.println("runs of a series: " + schedules + " schedules over " + points + " points");
    assertThat(broken).isEmpty();
  }

  @Test
  void aSecondWorkerAtAnyPointChangesNothing() {
    int points = points();
    List<String> broken = new ArrayList<>();
    int schedules = 0;
    for (int point = 1; point < points; point++) {
      for (Duration pause : List.of(Duration.ZERO, Defaults.LEASE.plusSeconds(1))) {
        schedules++;
        World world = world();
        world.faults.before(point, () -> duplicate(world, pause));
        demand(
            () -> demandDone(world, world.play()),
            "a second worker before " + point + " after " + pause,
            broken);
      }
    }
    System.out.println("second worker: " + schedules + " schedules over " + points + " points");
    assertThat(broken).isEmpty();
  }

  private static void duplicate(World world, Duration pause) {
    if (world.table.find(World.ID).isEmpty()) return;
    world.now = world.now.plus(pause);
    var _ = world.engine.deliver(world.task().due(), Defaults.FUNCTION_TIMEOUT);
  }

  private static void demand(Runnable claim, String name, List<String> broken) {
    try {
      claim.run();
    } catch (AssertionError | RuntimeException failure) {
      String where =
          failure.getMessage() == null ? failure.toString() : failure.getMessage().strip();
      broken.add(
          name
              + " "
              + failure.getClass().getSimpleName()
              + ": "
              + where.substring(0, Math.min(600, where.length())));
    }
  }

  private static void demandOneRun(World world) {
    SeriesKey morning = new SeriesKey("morning");
    for (int attempt = 0; attempt < 3; attempt++) {
      World.surviving(
          () -> world.starter().start(World.request(World.ID).put("series", morning.value())));
    }
    demandDone(world, world.run());
    assertThat(world.series.runs(morning, world.now.plusSeconds(1), 10))
        .singleElement()
        .satisfies(run -> {
          assertThat(run.taskId()).isEqualTo(World.ID);
          assertThat(run.reason()).isEqualTo(Reason.TASK_COMPLETE);
          assertThat(run.fingerprint()).isNotNull();
        });
  }

  private static void demandDone(World world, Task task) {
    assertThat(task.status()).as("%s", task.outcome()).isEqualTo(Status.DONE);
    assertThat(task.outcome().reason()).isEqualTo(Reason.TASK_COMPLETE);
    for (String tool : List.of("keep", "send", "wire", "pay", "label")) {
      assertThat(world.outside.effects(tool)).as("effects of %s", tool).isEqualTo(1);
    }
    assertThat(world.table.ledger(World.ID))
        .extracting(LedgerRow::state)
        .containsOnly(LedgerRow.State.SUCCEEDED);
  }
}
