package dev.treadle.engine;

import dev.treadle.Limits;
import java.util.ArrayList;
import java.util.List;

/** Tells the model once, when 80 % of a budget is used, so that it can end well. */
final class BudgetNotice {
  private static final double WARNED_AT = 0.2;

  private BudgetNotice() {}

  /**
   * What is to be told after an iteration.
   *
   * @param claimed the task as the iteration's claim left it, without its reserve
   */
  static List<String> between(Task claimed, Task after, Limits limits) {
    List<String> notices = new ArrayList<>();
    Limits.Budget budget = limits.budget();
    Task.Funds was = claimed.funds();
    Task.Funds is = after.funds();
    long micros = was.costMicrosLeft() + was.reserve().costMicros();
    warn(notices, "millionths of a dollar", micros, is.costMicrosLeft(), budget.costMicros());
    long tokens = was.tokensLeft() + was.reserve().tokens();
    warn(notices, "tokens", tokens, is.tokensLeft(), budget.tokens());
    warn(notices, "tool calls", was.toolCallsLeft(), is.toolCallsLeft(), budget.toolCalls());
    int cap = is.maxIterations();
    warn(notices, "iterations", cap - claimed.iteration() + 1L, cap - after.iteration() + 1L, cap);
    return notices;
  }

  private static void warn(List<String> notices, String what, long was, long is, long most) {
    double threshold = most * WARNED_AT;
    if (was > threshold && is <= threshold) {
      notices.add(
          "%d of %d %s are left. Finish what matters and complete the task."
              .formatted(Math.max(0, is), most, what));
    }
  }
}
