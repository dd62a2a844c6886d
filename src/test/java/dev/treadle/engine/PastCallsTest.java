package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.treadle.PastCall;
import dev.treadle.Status;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.engine.Decision.Choice;
import dev.treadle.engine.Script.Move;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PastCallsTest {
  private final List<List<PastCall>> heard = new ArrayList<>();

  private Tool listen() {
    return Tool.readOnly(
        "listen",
        "Looks at what came before.",
        Outside.Text.class,
        (_, call) -> {
          heard.add(call.past().get());
          return ToolOutcome.succeeded("heard");
        });
  }

  @Test
  void aToolIsToldOnceOfEachEarlierCallThatAToolAnsweredAndOfNothingInItsOwnStep() {
    World world =
        new World(
            Script.moves(
                Move.of(call("c1", "look", "a"), call("c2", "pay", "b")),
                Move.of(call("c3", "nobody", "c")),
                Move.of(call("c4", "look", "d"), call("c5", "listen", "e")),
                Move.complete()),
            builder -> builder.tool(listen()));
    world.play();
    world.decide(Choice.APPROVE);

    assertThat(world.run().status()).isEqualTo(Status.DONE);

    assertThat(heard).hasSize(1);
    assertThat(heard.getFirst())
        .extracting(PastCall::tool, PastCall::failed)
        // No tool answered the third.
        .containsExactly(tuple("look", false), tuple("pay", false));
    assertThat(heard.getFirst().get(1).text()).isEqualTo("{\"said\":\"pay did b\"}");
  }
}
