package dev.treadle.web;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What of a task's steps a reader wants to see, as the address says it.
 *
 * @param step whose details are shown
 * @param from the first iteration to show
 * @param isChartWhole whether the chart shows all iterations, which reads the whole journal
 */
record TaskView(Kind kind, Optional<Integer> step, Optional<Integer> from, boolean isChartWhole) {
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

  static final String CHART_WHOLE = "whole";

  /** How many are shown before the one that is opened. */
  private static final int STEPS_BEFORE = 3;

  static TaskView of(Map<String, String> query) {
    return new TaskView(
        Kind.of(query.getOrDefault("view", "")),
        number(query, "step"),
        number(query, "from"),
        query.getOrDefault("chart", "").equals(CHART_WHOLE));
  }

  private static Optional<Integer> number(Map<String, String> query, String name) {
    return Optional.of(query.getOrDefault(name, ""))
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(Integer::valueOf);
  }

  /** The first iteration to show: of the newest ones, unless the address says otherwise. */
  int first(int newest) {
    int usual = Math.max(1, newest - JournalPart.ITERATIONS + 1);
    if (from.isPresent()) return from.get() > newest ? usual : Math.max(1, from.get());
    return step.map(each -> Math.min(usual, Math.max(1, each - STEPS_BEFORE))).orElse(usual);
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
