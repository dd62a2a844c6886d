package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.ToolOutcome;
import dev.treadle.engine.Script.Move;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not fit into a row is refused before the action, and never found out after it. */
class LargeActionsTest {
  private static World sending(String text) {
    return new World(Script.moves(Move.of(call("c1", "send", text)), Move.complete()));
  }

  private static LedgerRow row(World world) {
    return world.table.ledger(World.ID).getFirst();
  }

  private static int bytes(LedgerRow row) {
    return Json.write(row).getBytes(StandardCharsets.UTF_8).length;
  }

  @Test
  void anActionWithTooLargeArgumentsIsRefusedInWordsBeforeItRuns() {
    World world = sending("x".repeat(Defaults.ACTION_ARGUMENTS_BYTES_MAX));

    assertThat(world.play().status()).isEqualTo(Status.DONE);

    assertThat(world.outside.arrivals).isEmpty();
    assertThat(world.table.ledger(World.ID)).isEmpty();
    assertThat(world.script.inputs.getLast().turns().getFirst().results().getFirst().text())
        .contains("at most 266,240 bytes", "these have 266,251", "was not run");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "漢", "\"", "\uD800"})
  void theOutcomeOfTheLargestActionFitsItsRow(String character) {
    World world = sending("x".repeat(Defaults.ACTION_ARGUMENTS_BYTES_MAX - 20));
    String output = character.repeat(Defaults.TOOL_OUTPUT_CHARS_MAX);
    world.outside.refuse("send", ToolOutcome.succeeded(output));

    assertThat(world.play().status()).isEqualTo(Status.DONE);

    assertThat(row(world).state()).isEqualTo(LedgerRow.State.SUCCEEDED);
    assertThat(row(world).result().textValue()).contains("[cut: 4096 of 65536 characters");
    assertThat(bytes(row(world))).isLessThan(300 * 1024);
  }

  @Test
  void aLongRefusalOfTheLargestActionFitsItsRowToo() {
    World world = sending("x".repeat(Defaults.ACTION_ARGUMENTS_BYTES_MAX - 20));
    world.outside.refuse("send", ToolOutcome.failed("漢".repeat(Defaults.TOOL_OUTPUT_CHARS_MAX)));

    assertThat(world.play().status()).isEqualTo(Status.DONE);

    assertThat(row(world).state()).isEqualTo(LedgerRow.State.FAILED);
    assertThat(bytes(row(world))).isLessThan(300 * 1024);
  }
}
