package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.DeliveryCheck;
import dev.treadle.DeliveryCheck.Delivery;
import dev.treadle.DeliveryCheck.Judged;
import dev.treadle.DeliveryCheck.Read;
import dev.treadle.SeriesKey;
import dev.treadle.Tool;
import dev.treadle.ToolCall;
import dev.treadle.engine.JournalItem.CallEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Has what one iteration delivers judged, when its task belongs to a series. */
final class Deliveries {
  private final TaskStore store;
  private final DeliveryCheck check;
  private final Iteration iteration;
  private final Instant now;

  Deliveries(TaskStore store, DeliveryCheck check, Iteration iteration, Instant now) {
    this.store = store;
    this.check = check;
    this.iteration = iteration;
    this.now = now;
  }

  /** Empty for a call that delivers nothing. */
  Optional<Judged> ofCall(ToolCall call) {
    return iteration.agent().drift().deliveredBy().contains(call.tool())
        ? judge(call.arguments())
        : Optional.empty();
  }

  /** Empty for an agent whose result is delivered by a call. */
  Optional<Judged> ofOutput(JsonNode output) {
    return iteration.agent().drift().deliveredBy().isEmpty() ? judge(output) : Optional.empty();
  }

  private Optional<Judged> judge(JsonNode payload) {
    SeriesKey series = iteration.input().series();
    if (series == null) return Optional.empty();
    Task task = iteration.task();
    return Optional.of(
        check.judge(
            new Delivery(
                series,
                task.id(),
                task.origin().triggeredAt(),
                now,
                iteration.agent().drift(),
                payload,
                reads())));
  }

  /** What the task has read until this iteration. */
  List<Read> reads() {
    return reads(
        store.journal(iteration.task().id(), JournalItem.firstKeyFromSnapshot(0)),
        iteration.agent());
  }

  /** The read-only calls of a task, in the order of its journal. */
  static List<Read> reads(List<JournalItem> journal, Agent agent) {
    List<Read> reads = new ArrayList<>();
    for (JournalItem item : journal) {
      if (!(item instanceof JournalItem.Entry entry)) continue;
      for (CallEntry call : entry.calls()) {
        if (agent.tool(call.tool()).filter(Tool::isReadOnly).isEmpty()) continue;
        boolean failed = call.result() == CallEntry.Result.FAILED;
        reads.add(new Read(call.tool(), call.text(), failed, entry.at()));
      }
    }
    return reads;
  }
}
