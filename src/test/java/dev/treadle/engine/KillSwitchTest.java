package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Status;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.local.EmbeddedBreakerTable;
import dev.treadle.local.MapRecords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KillSwitchTest {
  private final EmbeddedBreakerTable table = new EmbeddedBreakerTable(new MapRecords());
  private final World world = new World(IterationsTest.looking(2));
  private final KillSwitch kill =
      new KillSwitch(table, new AgentCatalog(List.of(world.agent)), world.worker.clock());

  private void deploy() {
    HaltCheck check = new HaltCheck(table, world.worker.clock());
    world.executor = check.around(world.executor);
    world.deploy(check.around(world.agent));
  }

  @Test
  void whatIsHaltedTakesNoStepAndLosesNothingUntilItIsLifted() {
    String tool = world.agent.tools().getFirst().name();
    for (String what : List.of(Halt.EVERYTHING, "agent:" + world.agent.name(), "tool:" + tool)) {
      World here = new World(IterationsTest.looking(2));
      EmbeddedBreakerTable own = new EmbeddedBreakerTable(new MapRecords());
      KillSwitch off =
          new KillSwitch(own, new AgentCatalog(List.of(here.agent)), here.worker.clock());
      HaltCheck check = new HaltCheck(own, here.worker.clock());
      here.executor = check.around(here.executor);
      here.deploy(check.around(here.agent));
      assertThat(off.halt(what, "person:ann", "wrong prices"))
          .isInstanceOf(KillSwitch.Changed.class);
      here.start();
      here.event();

      assertThat(here.task().iteration()).as(what).isEqualTo(1);
      Situation halted = Situation.read(here.table, here.task(), here.now);
      assertThat(halted.state()).isEqualTo(Situation.State.PARKED);
      assertThat(halted.why()).contains("halted by person:ann: " + what + ": wrong prices");
      assertThat(halted.next()).startsWith("somebody lifts the halt");
      assertThat(here.task().attempts().retriesLeft())
          .isEqualTo(here.agent.limits().retries().perTask());

      off.lift(what, "person:ben", "prices are right");
      here.run();
      assertThat(here.task().status()).as(what).isEqualTo(Status.DONE);
      assertThat(here.task().attempts().retriesLeft())
          .isEqualTo(here.agent.limits().retries().perTask());
    }
  }

  @Test
  void whatIsNotHaltedGoesOn() {
    table.replace(Halts.NONE.with(new Halt("agent:other", "person:ann", "why not", world.now)));
    deploy();
    world.start();
    world.run();
    assertThat(world.task().status()).isEqualTo(Status.DONE);
  }

  @Test
  void aHaltedToolIsNotReadBesideOneThatNeedsTheSame() {
    List<String> read = new ArrayList<>();
    World here =
        new World(
            Script.moves(
                Script.Move.of(Script.call("c1", "prices", "x"), Script.call("c2", "stock", "y")),
                Script.Move.complete()),
            agent -> agent.tool(reading("prices", read)).tool(reading("stock", read)));
    here.deploy(new HaltCheck(table, here.worker.clock()).around(here.agent));
    table.replace(Halts.NONE.with(new Halt("tool:stock", "person:ann", "wrong", here.now)));
    here.start();
    here.event();

    assertThat(read).isEmpty();
    assertThat(here.task().iteration()).isEqualTo(1);
  }

  private static Tool reading(String name, List<String> read) {
    return Tool.readOnly(
            name,
            "Reads.",
            Outside.Text.class,
            (_, _) -> {
              read.add(name);
              return ToolOutcome.succeeded("done");
            })
        .dependingOn("shop.example.com");
  }

  @Test
  void aNameThatNothingHasIsRefusedAndSoIsWhatIsHaltedOrLiftedAlready() {
    assertThat(kill.halt("agent:pricng", "person:ann", "why"))
        .isEqualTo(
            new KillSwitch.Refused(
                "there is no agent:pricng here; say everything, agent:NAME or tool:NAME"));
    assertThat(kill.lift(Halt.EVERYTHING, "person:ann", "why"))
        .isEqualTo(new KillSwitch.Refused("everything is not halted"));
    kill.halt(Halt.EVERYTHING, "person:ann", "why");
    assertThat(kill.halt(Halt.EVERYTHING, "person:ben", "why"))
        .isEqualTo(new KillSwitch.Refused("everything is halted already"));
    assertThat(kill.halts().standing()).extracting(Halt::by).containsExactly("person:ann");
  }

  @Test
  void whoHaltedAndWhoLiftedIsKeptOfTheLastTwenty() {
    for (int i = 0; i < 25; i++) {
      kill.halt(Halt.EVERYTHING, "person:ann", "reason " + i);
      kill.lift(Halt.EVERYTHING, "person:ben", "mended " + i);
    }
    Halts halts = kill.halts();
    assertThat(halts.standing()).isEmpty();
    assertThat(halts.lifted()).hasSize(Halts.LIFTED_MAX);
    assertThat(halts.lifted().getFirst().halt().why()).isEqualTo("reason 24");
    assertThat(halts.lifted().getFirst().by().by()).isEqualTo("person:ben");
  }

  @Test
  void aHaltHoldsInEveryWorkerAfterFiveSeconds() {
    deploy();
    world.start();
    world.event();
    assertThat(world.task().iteration()).isEqualTo(2);
    kill.halt(Halt.EVERYTHING, "person:ann", "stop");
    world.now = world.now.plus(Duration.ofSeconds(6));
    world.event();
    assertThat(world.task().iteration()).isEqualTo(2);
  }
}
