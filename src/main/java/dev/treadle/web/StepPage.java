package dev.treadle.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of what a task did.
 *
 * @param next the iteration to go on with; absent at the end
 */
record StepPage(List<Step> steps, @Nullable Integer next) {
  private static final int ITEMS_MAX = 200;

  static StepPage of(TaskFile file, int from) {
    List<Step> all = Step.of(file).stream().filter(step -> step.iteration() >= from).toList();
    List<Integer> iterations = all.stream().map(Step::iteration).toList();
    return new StepPage(all.subList(0, end(iterations)), next(iterations));
  }

  /** Where a part ends: between two iterations, so that the next begins with a whole one. */
  static int end(List<Integer> iterations) {
    if (iterations.size() <= ITEMS_MAX) return iterations.size();
    int end = ITEMS_MAX;
    while (end > 0 && iterations.get(end).equals(iterations.get(end - 1))) end--;
    if (end > 0) return end;
    // One iteration with more notes than fit a part is a part of its own.
    while (end < iterations.size() && iterations.get(end).equals(iterations.getFirst())) end++;
    return end;
  }

  static @Nullable Integer next(List<Integer> iterations) {
    int end = end(iterations);
    return end < iterations.size() ? iterations.get(end) : null;
  }
}
