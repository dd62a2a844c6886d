package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.engine.Script.Move;
import org.junit.jupiter.api.Test;

class HappyPathTest {
  @Test
  void aTaskOfSeveralIterationsEndsDone() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "look", "a"), call("c2", "look", "b")),
                Move.of(call("c3", "keep", "x"), call("c4", "send", "y")),
                Move.complete()));

    Task task = world.play();

    assertThat(task.status()).isEqualTo(Status.DONE);
    assertThat(task.outcome())
        .isEqualTo(new Outcome(Reason.TASK_COMPLETE, "the model completed the task"));
    assertThat(world.entries()).extracting(JournalItem.Entry::iteration).containsExactly(1, 2, 3);
    assertThat(world.deliveries).isEqualTo(3);
    assertThat(world.script.modelCalls).isEqualTo(3);
    assertThat(world.outside.effects("keep")).isEqualTo(1);
    assertThat(world.outside.effects("send")).isEqualTo(1);
    assertThat(world.now).isEqualTo(World.START);
  }

  @Test
  void aPlainIterationMakesThreeCallsToStoreAndQueue() {
    World world = new World(Script.moves(Move.of(call("c1", "look", "a")), Move.complete()));

    world.play();

    assertThat(world.faults.trace)
        .containsSubsequence("claim", "model", "look", "commit", "enqueue")
        .containsSubsequence("claim", "model", "commit");
  }
}
