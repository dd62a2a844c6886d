package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Actions;
import dev.treadle.CallResult;
import dev.treadle.Json;
import dev.treadle.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A world that remembers what was asked of it. As strict as the ledger: one call per step. */
final class RecordedActions implements Actions {
  final List<ToolCall> calls = new ArrayList<>();
  final List<JsonNode> answers = new ArrayList<>();
  private final Function<ToolCall, CallResult> world;
  private boolean interrupts;

  RecordedActions(Function<ToolCall, CallResult> world) {
    this.world = world;
  }

  /** Every call succeeds with {@code {"done": <tool>}}. */
  static RecordedActions willing() {
    return new RecordedActions(
        call -> new CallResult.Succeeded(call, Json.object().put("done", call.tool())));
  }

  static RecordedActions interrupting() {
    RecordedActions actions = willing();
    actions.interrupts = true;
    return actions;
  }

  @Override
  public Performance perform(Proposal proposal) {
    List<ToolCall> asked = proposal.calls();
    if (!answers.isEmpty()) throw new IllegalStateException("perform was called twice in a step");
    if (asked.isEmpty()) throw new IllegalStateException("perform was called for nothing");
    answers.add(proposal.answer());
    calls.addAll(asked);
    return interrupts ? new Interrupted() : new Performed(asked.stream().map(world).toList());
  }
}
