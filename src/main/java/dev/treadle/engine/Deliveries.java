package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.DeliveryCheck;
import dev.treadle.DeliveryCheck.Delivery;
import dev.treadle.DeliveryCheck.Judged;
import dev.treadle.PastCall;
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
                reads(journal(), iteration.agent()))));
  }

  /** The calls of the task that ended before this iteration. */
  List<PastCall> past() {
    List<PastCall> past = new ArrayList<>();
    for (JournalItem item : journal()) {
      if (!(item instanceof JournalItem.Entry entry)) continue;
      entry.calls().stream()
          .filter(call -> call.result() != CallEntry.Result.PENDING)
          .filter(call -> call.pollableMax() != CallEntry.NO_TOOL)
          .forEach(call -> past.add(pastCall(call, entry.at())));
    }
    return past;
  }

  private List<JournalItem> journal() {
    return store.journal(iteration.task().id(), JournalItem.firstKeyFromSnapshot(0));
  }

  private static PastCall pastCall(CallEntry call, Instant at) {
    boolean failed = call.result() == CallEntry.Result.FAILED;
    return new PastCall(call.tool(), call.text(), failed, at);
  }

  /** The read-only calls of a task, in the order of its journal. */
  static List<PastCall> reads(List<JournalItem> journal, Agent agent) {
    List<PastCall> reads = new ArrayList<>();
    for (JournalItem item : journal) {
      if (!(item instanceof JournalItem.Entry entry)) continue;
      for (CallEntry call : entry.calls()) {
        if (agent.tool(call.tool()).filter(Tool::isReadOnly).isEmpty()) continue;
        reads.add(pastCall(call, entry.at()));
      }
    }
    return reads;
  }
}
