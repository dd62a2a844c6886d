package dev.treadle.engine;

import dev.treadle.Tool;
import dev.treadle.ToolCall;

/**
 * Whether text from outside may have shaped an action: the one place that says so to the gate.
 *
 * <p>Monotone: once a task has read such text, everything that it proposes later counts as shaped
 * by it. What a call's own arguments may still prove belongs here.
 */
final class Taint {
  private static final String WEBHOOK = "webhook:";

  private Taint() {}

  static boolean of(Task task, History history, Tool tool, ToolCall call) {
    return startedFromOutside(task) || history.tainted();
  }

  /** A webhook's payload is what a stranger sent. */
  private static boolean startedFromOutside(Task task) {
    return task.origin().triggeredBy().startsWith(WEBHOOK);
  }
}
