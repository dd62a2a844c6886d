package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.Agent;
import dev.treadle.CallResult;
import dev.treadle.Json;
import dev.treadle.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepRecordTest {
  private static final int CALLS = 32;
  private static final int ANSWER_CHARS_MAX = 256 * 1024;

  @ParameterizedTest
  @ValueSource(strings = {"\0", "\"", "\\", "x", "\u001f", "😀", "\n"})
  void theLargestOutputsOfAStepFitItsEntryHoweverTheyAreEscaped(String piece) {
    List<CallResult> results = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      ToolCall call = new ToolCall("c" + i, "t", Json.object());
      results.add(new CallResult.Succeeded(call, TextNode.valueOf(piece.repeat(100_000))));
      results.add(new CallResult.Failed(call, piece.repeat(100_000)));
    }

    var calls = StepRecord.calls(results, Map.of(), Agent.named("a").build());

    assertThat(Json.write(calls).length()).isLessThan(Defaults.ENTRY_CHARS_MAX - ANSWER_CHARS_MAX);
  }
}
