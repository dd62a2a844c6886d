package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Agent;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Phase;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.StepInput;
import dev.treadle.Turn;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Script.Move;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IterationsTest {
  /** Looks at something new each time, and completes after so many looks. */
  static Script.Brain looking(int times) {
    return input -> {
      int n = input.iteration();
      return n > times
          ? Move.complete()
          : Move.of(call("c" + n, "look", "page " + n)).noting(Json.object().put("page_" + n, n));
    };
  }

  @Test
  void aTaskOfSixtyIterationsEndsDoneWithASnapshotEveryTwenty() {
    World world = new World(looking(59), World.limits(limits -> limits.withMaxIterations(60)));

    Task task = world.play();

    assertThat(task.status()).isEqualTo(Status.DONE);
    assertThat(world.entries()).hasSize(60);
    assertThat(world.deliveries).isEqualTo(60);
    assertThat(snapshots(world)).containsExactly(20, 40, 60);
    assertThat(task.progress().snapshot()).isEqualTo(60);
  }

  @Test
  void theNextStepSeesTheSameWithAndWithoutSnapshots() {
    World world = new World(looking(47), World.limits(limits -> limits.withMaxIterations(60)));
    world.play();
    List<JournalItem> all = world.journal();
    List<JournalItem> entries =
        all.stream().filter(item -> !(item instanceof JournalItem.Snapshot)).toList();
    List<JournalItem> fromSnapshot =
        world.table.journal(World.ID, JournalItem.firstKeyFromSnapshot(40));

    assertThat(uncounted(History.of(fromSnapshot.subList(0, 8))))
        .isEqualTo(uncounted(History.of(entries.subList(0, 47))));
    assertThat(uncounted(History.of(all))).isEqualTo(uncounted(History.of(entries)));
    StepInput last = world.script.inputs.getLast();
    assertThat(last.workingMemory().size()).isEqualTo(47);
    assertThat(last.turns()).extracting(Turn::iteration).hasSize(47).isSorted();
  }

  private static History uncounted(History history) {
    return new History(
        history.upTo(),
        history.memory(),
        history.before(),
        history.turns(),
        history.pending(),
        history.window(),
        history.confidence(),
        history.tainted(),
        history.evidence(),
        0,
        0);
  }

  private static List<Integer> snapshots(World world) {
    return world.journal().stream()
        .filter(JournalItem.Snapshot.class::isInstance)
        .map(JournalItem::iteration)
        .toList();
  }

  @Test
  void longOutputsMakeASnapshotDueEarlier() {
    World world =
        new World(
            input ->
                input.iteration() > 4
                    ? Move.complete()
                    : Move.of(call("c" + input.iteration(), "look", "x".repeat(30_000)))
                        .noting(Json.object().put("n", input.iteration())),
            World.limits(limits -> limits.withPatience(new Limits.Patience(3, 3, 5))));

    world.play();

    assertThat(snapshots(world).getFirst()).isLessThan(5);
  }

  @Test
  void workingMemoryIsPatchedByEachStep() {
    World world =
        new World(
            Script.moves(
                Move.of().noting(Json.object().put("a", 1).put("b", 2)),
                Move.of().noting(Json.object().putNull("a").put("c", 3)),
                Move.complete()));

    world.play();

    assertThat(world.script.inputs.getLast().workingMemory())
        .isEqualTo(Json.object().put("b", 2).put("c", 3));
  }

  @Test
  void aStepIsMarkedAsCheckpointForItsReason() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "look", "a")).sure(0.9),
                Move.of(call("c2", "look", "b")).sure(0.5),
                Move.of(call("c3", "look", "c")).sure(0.4),
                Move.of(call("c4", "keep", "d")),
                Move.of(call("c5", "look", "x".repeat(5_000))),
                Move.complete()));

    world.play();

    assertThat(world.entries())
        .extracting(JournalItem.Entry::checkpoint)
        .containsExactly(null, "confidence fell", null, "after an action", "expensive step", "end");
  }

  private static Agent.Builder inPhases(Agent.Builder builder) {
    return builder
        .phase(new Phase("gather", "Look around.", 2))
        .phase(new Phase("write", "Write it.", 3));
  }

  private static List<String> phases(World world) {
    return world.entries().stream().map(JournalItem.Entry::phase).toList();
  }

  @Test
  void aCompletedPhaseGivesWayToTheNext() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "look", "a")).endingPhase(),
                Move.of(call("c2", "look", "b")),
                Move.complete()),
            IterationsTest::inPhases);

    assertThat(world.play().status()).isEqualTo(Status.DONE);
    assertThat(phases(world)).containsExactly("gather", "write", "write");
    assertThat(world.entries().getFirst().checkpoint()).isEqualTo("phase ended");
    assertThat(world.script.inputs.get(1).turns().getFirst().notices())
        .containsExactly("The phase \"write\" starts now.");
  }

  @Test
  void aPhaseThatReachesItsCapGivesWayToTheNext() {
    World world = new World(looking(3), IterationsTest::inPhases);

    assertThat(world.play().status()).isEqualTo(Status.DONE);
    assertThat(phases(world)).containsExactly("gather", "gather", "write", "write");
  }

  @Test
  void theLastPhaseEndsTheTaskAtItsCap() {
    World world = new World(looking(20), IterationsTest::inPhases);

    Task task = world.play();

    assertThat(task.outcome().reason()).isEqualTo(Reason.MAX_ITERATIONS_REACHED);
    assertThat(phases(world)).containsExactly("gather", "gather", "write", "write", "write");
  }

  @Test
  void aResumeGivesTheLastPhaseItsIterationsAgain() {
    World world = new World(looking(7), IterationsTest::inPhases);
    world.play();

    world.resume();

    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(phases(world)).hasSize(8);
  }

  @Test
  void aCrashAnywhereResumesInsideThePhase() {
    World undisturbed = new World(looking(3), IterationsTest::inPhases);
    undisturbed.play();
    List<List<String>> seen = new ArrayList<>();
    for (int point = 0; point < undisturbed.faults.points(); point++) {
      World world = new World(looking(3), IterationsTest::inPhases);
      world.faults.at(point, Fate.DIE_AFTER);
      world.play();
      seen.add(phases(world));
    }

    assertThat(seen).containsOnly(List.of("gather", "gather", "write", "write"));
  }
}
