package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Status;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LateStartTest {
  @Test
  void noActionIsStartedThatCouldOutliveTheLease() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "look", "a"), call("c2", "send", "b")), Move.complete()));
    Duration slow = Defaults.LEASE.minus(Defaults.COMMIT_MARGIN).minusSeconds(19);
    world.faults.before("look", 1, () -> world.now = world.now.plus(slow));
    world.start();

    world.event();

    assertThat(world.outside.effects("send")).isZero();
    assertThat(world.table.ledger(World.ID))
        .extracting(LedgerRow::state)
        .containsExactly(LedgerRow.State.PLANNED);
    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(world.outside.effects("send")).isEqualTo(1);
    assertThat(world.script.modelCalls).isEqualTo(2);
    assertThat(world.entries().getFirst().attempt()).isEqualTo(1);
  }
}
