package dev.treadle.web;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What of a task's steps a reader wants to see, as the address says it.
 *
 * @param step whose details are shown
 * @param from the first iteration to show
 */
record TaskView(Kind kind, Optional<Integer> step, Optional<Integer> from) {
  /** The ways to look at steps. */
  enum Kind {
    COMPACT("Compact"),
    FULL("Full"),
    MESSAGES("Messages"),
    STATE("State");

    final String title;

    Kind(String title) {
      this.title = title;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** What happened between two steps is no message and changes no working memory. */
    boolean admits(Step step) {
      return switch (this) {
        case COMPACT, FULL -> true;
        case MESSAGES, STATE -> !step.isNote();
      };
    }

    static Kind of(String word) {
      for (Kind kind : values()) if (kind.word().equals(word)) return kind;
      return COMPACT;
    }
  }

  static TaskView of(Map<String, String> query) {
    return new TaskView(
        Kind.of(query.getOrDefault("view", "")), number(query, "step"), number(query, "from"));
  }

  private static Optional<Integer> number(Map<String, String> query, String name) {
    return Optional.of(query.getOrDefault(name, ""))
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(Integer::valueOf);
  }

  /** Where the shown part of some steps begins: the newest, unless the address says otherwise. */
  int first(List<Step> steps, int most) {
    int newest = Math.max(0, steps.size() - most);
    Optional<Integer> wanted = from.isPresent() ? from : step.map(each -> Math.max(1, each - 3));
    if (wanted.isEmpty()) return newest;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).iteration() >= wanted.get())
        return from.isPresent() ? i : Math.min(i, newest);
    }
    return newest;
  }

  String href(String path, int iteration) {
    String part = from.map(first -> "&from=" + first).orElse("");
    boolean isShown = from.isEmpty() || from.get() <= iteration;
    return path + "?view=" + kind.word() + (isShown ? part : "") + "&step=" + iteration + "#detail";
  }

  String closed(String path) {
    String part = from.map(first -> "&from=" + first).orElse("");
    return path
        + "?view="
        + kind.word()
        + part
        + step.map(iteration -> "#step-" + iteration).orElse("");
  }
}
