package dev.treadle.web;

import dev.treadle.approval.Names;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of what a task did.
 *
 * @param next the iteration to go on with; absent at the end
 */
record StepPage(List<Step> steps, @Nullable Integer next) {
  static StepPage of(Task task, JournalPart part, List<LedgerRow> ledger, Names names) {
    return new StepPage(Step.of(task, part, ledger, names), next(part));
  }

  static @Nullable Integer next(JournalPart part) {
    return part.isEnd() ? null : part.last() + 1;
  }
}
