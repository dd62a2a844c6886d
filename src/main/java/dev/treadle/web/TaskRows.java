package dev.treadle.web;

import dev.treadle.Reason;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Situation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The steps of a task as rows of its page. */
final class TaskRows {
  private final Instant now;
  private final JournalPart part;
  private final TaskView view;
  private final String path;
  private final Map<Integer, JournalItem.Entry> entries;

  TaskRows(JournalPart part, TaskView view, String path, Instant now) {
    this.now = now;
    this.part = part;
    this.view = view;
    this.path = path;
    this.entries =
        part.entries().stream()
            .collect(Collectors.toMap(JournalItem.Entry::iteration, entry -> entry));
  }

  List<TaskPage.Row> of(List<Step> steps) {
    long longest = 1;
    for (Step step : steps) {
      if (step.ranMillis() != null) longest = Math.max(longest, step.ranMillis());
    }
    List<TaskPage.Row> rows = new ArrayList<>();
    Instant before = steps.isEmpty() ? now : Instant.parse(steps.getFirst().at());
    for (Step step : steps) {
      rows.add(row(step, before, longest));
      before = Instant.parse(step.at());
    }
    return rows;
  }

  private TaskPage.Row row(Step step, Instant before, long longest) {
    Instant at = Instant.parse(step.at());
    Instant began = step.ranMillis() == null ? at : at.minusMillis(step.ranMillis());
    JournalItem.Entry entry = step.isNote() ? null : entries.get(step.iteration());
    boolean isCurrent =
        !step.isNote() && view.step().filter(n -> n == step.iteration()).isPresent();
    return new TaskPage.Row(
        (step.isNote() ? "note-" : "step-")
            + step.iteration()
            + (step.isNote() ? "-" + at.toEpochMilli() : ""),
        isCurrent ? view.closed(path) : view.href(path, step.iteration()),
        step.isNote() ? "" : Integer.toString(step.iteration()),
        TaskPageWriter.pause(before, began),
        css(step),
        Legible.plain(step.did()),
        at.toString(),
        facts(step),
        marks(step),
        step.errors().stream().map(Legible::brief).toList(),
        bar(step, longest),
        entry != null && view.kind() == TaskView.Kind.MESSAGES ? said(entry) : List.of(),
        entry != null && view.kind() == TaskView.Kind.STATE
            ? Memory.changes(part.around(), entry)
            : List.of(),
        isCurrent);
  }

  private static String css(Step step) {
    if (step.isNote()) return "note";
    if (step.isFailure()) return "bad";
    return step.isGate() ? "gate" : "ok";
  }

  private List<String> marks(Step step) {
    List<String> marks = new ArrayList<>(step.marks());
    if (step.checkpoint() != null) marks.add("checkpoint: " + step.checkpoint());
    if (step.reason() != null) marks.add(Situation.words(Reason.ofWireName(step.reason())));
    return marks;
  }

  private String facts(Step step) {
    List<String> facts = new ArrayList<>();
    if (step.ranMillis() != null) facts.add("ran " + Amounts.took(step.ranMillis()));
    boolean isLong = view.kind() != TaskView.Kind.COMPACT;
    if (step.queuedMillis() != null && (isLong || step.queuedMillis() >= 1_000)) {
      facts.add(Amounts.took(step.queuedMillis()) + " in the queue");
    }
    if (step.tokens() > 0) facts.add(Amounts.count(step.tokens()) + " tokens");
    if (step.costMicros() > 0) facts.add(Amounts.dollars(step.costMicros()));
    return String.join(" · ", facts);
  }

  private static TaskPage.Bar bar(Step step, long longest) {
    if (step.ranMillis() == null) return new TaskPage.Bar(0, 0);
    int ran = (int) Math.max(2, 80 * step.ranMillis() / longest);
    long queued = step.queuedMillis() == null ? 0 : step.queuedMillis();
    return new TaskPage.Bar((int) Math.min(20, 80 * queued / longest), ran);
  }

  private static List<TaskPage.Said> said(JournalItem.Entry entry) {
    List<TaskPage.Said> said = new ArrayList<>();
    String words = Step.words(entry);
    if (!words.isEmpty()) said.add(new TaskPage.Said("Model", Legible.of(words)));
    for (JournalItem.CallEntry call : entry.calls()) {
      Step.arguments(entry, call.callId())
          .ifPresent(given ->
              said.add(new TaskPage.Said("Asks " + call.tool(), Legible.of(given.toString()))));
      said.add(new TaskPage.Said(call.tool(), Legible.of(call.text())));
    }
    entry
        .notices()
        .forEach(notice -> said.add(new TaskPage.Said("Treadle", Legible.brief(notice))));
    return said;
  }
}
