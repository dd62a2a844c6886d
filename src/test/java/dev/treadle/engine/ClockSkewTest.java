package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Status;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A second worker, whose clock is off, gets the message before any call of the first. */
class ClockSkewTest {
  private static World world(Move... moves) {
    World world = new World(Script.moves(moves));
    world.human = world::decideTruthfully;
    return world;
  }

  private static World withEveryAction() {
    return world(
        Move.of(call("c1", "send", "a"), call("c2", "keep", "b"), call("c3", "wire", "c")),
        Move.of(call("c4", "pay", "d")),
        Move.complete());
  }

  private static World withoutReadBack() {
    return world(
        Move.of(call("c1", "send", "a"), call("c2", "keep", "b")),
        Move.of(call("c3", "pay", "d")),
        Move.complete());
  }

  /** The lease passes the function's timeout by thirty seconds: so much is the margin. */
  @ParameterizedTest
  @ValueSource(ints = {-29, 29})
  void aWorkerWhoseClockIsOffWithinTheMarginChangesNothing(int seconds) {
    int points = points(withEveryAction());
    for (int point = 1; point < points; point++) {
      World world = withEveryAction();
      disturb(world, point, Duration.ofSeconds(seconds));
      demandDoneOnce(world, List.of("send", "keep", "wire", "pay"));
    }
  }

  /**
   * Beyond the margin another worker takes over too early. The ledger still lets nothing happen
   * twice that nobody can ask about; a read-back alone needs clocks within the margin.
   */
  @ParameterizedTest
  @ValueSource(ints = {-10, 10})
  void withAClockThatIsMinutesOffAnActionWithoutReadBackIsStillStartedOnce(int minutes) {
    int points = points(withoutReadBack());
    for (int point = 1; point < points; point++) {
      World world = withoutReadBack();
      disturb(world, point, Duration.ofMinutes(minutes));
      demandDoneOnce(world, List.of("send", "keep", "pay"));
    }
  }

  @Test
  void theMarginIsThatOfTheLease() {
    assertThat(Defaults.LEASE.minus(Defaults.FUNCTION_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
  }

  private static int points(World undisturbed) {
    undisturbed.play();
    return undisturbed.faults.points();
  }

  private static void disturb(World world, int point, Duration off) {
    world.faults.before(
        point,
        () -> {
          if (world.table.find(World.ID).isEmpty()) return;
          Instant right = world.now;
          world.now = right.plus(off);
          var _ = world.engine.deliver(world.task().due(), Defaults.FUNCTION_TIMEOUT);
          world.now = right;
        });
    world.play();
  }

  private static void demandDoneOnce(World world, List<String> tools) {
    assertThat(world.task().status()).as("%s", world.task().outcome()).isEqualTo(Status.DONE);
    for (String tool : tools) {
      assertThat(world.outside.effects(tool)).as("effects of %s", tool).isEqualTo(1);
    }
  }
}
