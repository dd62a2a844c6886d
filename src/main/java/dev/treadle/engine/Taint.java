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
  private static final String CHAIN = "chain:";

  private Taint() {}

  /** Whether the gate must reckon with somebody outside as the author of a call. */
  static boolean of(Task task, History history, Tool tool, ToolCall call) {
    return isTainted(task, history) && !tool.outward().isTrusted(call.arguments());
  }

  /** Whether a call would reach where nobody that is trusted has pointed. */
  static boolean strays(Task task, History history, Tool tool, ToolCall call) {
    return of(task, history, tool, call) && !tool.outward().arguments().isEmpty();
  }

  private static boolean isTainted(Task task, History history) {
    return startedFromOutside(task) || history.tainted();
  }

  /**
   * A webhook's payload is what a stranger sent; a chain's is what a model made of what it read.
   * Nothing in them is trusted.
   */
  static boolean startedFromOutside(Task task) {
    return isFromOutside(task.origin().triggeredBy());
  }

  static boolean isFromOutside(String triggeredBy) {
    return triggeredBy.startsWith(WEBHOOK) || triggeredBy.startsWith(CHAIN);
  }
}
