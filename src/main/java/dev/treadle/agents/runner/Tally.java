package dev.treadle.agents.runner;

import dev.treadle.Json;
import dev.treadle.PastCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of a list of work.
 *
 * @param notDone with the reason of each
 */
public record Tally(int done, List<WorkResult> notDone) {
  public Tally {
    notDone = List.copyOf(notDone);
  }

  /**
   * Counts in the journal, and not in what the model remembers; the last word on an item counts.
   */
  static Tally of(List<PastCall> past) {
    Map<String, WorkResult> byItem = new LinkedHashMap<>();
    for (PastCall call : past) {
      if (!call.tool().equals(RunnerAgent.PROCESS) || call.failed()) continue;
      WorkResult result = Json.read(call.text(), WorkResult.class);
      byItem.merge(result.item(), result, (old, late) -> old.done() ? old : late);
    }
    List<WorkResult> notDone = byItem.values().stream().filter(result -> !result.done()).toList();
    return new Tally(byItem.size() - notDone.size(), notDone);
  }
}
