package dev.treadle.web;

import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Situation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was unusual about steps, a word or two each. */
final class StepMarks {
  private final Map<Integer, List<JournalItem>> items;

  /** How many tokens the model read, by iteration. */
  private final TreeMap<Integer, Long> read = new TreeMap<>();

  /**
   * Marks for steps of a part of a journal.
   *
   * @param around the part, and what stands before and after it
   */
  StepMarks(List<JournalItem> around) {
    items = around.stream().collect(Collectors.groupingBy(JournalItem::iteration));
    for (JournalItem item : around) {
      if (!(item instanceof JournalItem.Entry entry) || entry.contextSummary() != null) continue;
      if (entry.usage().inputTokens() > 0) {
        read.put(entry.iteration(), entry.usage().inputTokens());
      }
    }
  }

  /**
   * The marks of one step.
   *
   * @param rows all that the ledger holds of it
   */
  List<String> of(JournalItem.Entry entry, List<LedgerRow> rows) {
    List<String> marks = new ArrayList<>();
    int n = entry.iteration();
    if (has(n, JournalItem.Note.FORKED)) marks.add("forked from checkpoint");
    if (has(n, JournalItem.Note.RESUMED)) marks.add("resumed from checkpoint");
    if (entry.attempt() > 1) marks.add("attempt " + entry.attempt());
    // An attempt that neither recorded nor gave back: its worker died, or lost the claim.
    if (entry.attempt() - 1 > retried(n)) marks.add("claim lost");
    if (entry.answer() == null && !entry.calls().isEmpty())
      marks.add("ran what was approved or owed");
    summary(entry).ifPresent(marks::add);
    if (entry.notices().stream().anyMatch(notice -> notice.startsWith("Compared with earlier"))) {
      marks.add("drift");
    }
    if (isAnswerKept(entry)) {
      marks.add("answer kept from an earlier attempt");
      if (rows.stream().anyMatch(row -> row.startedAt() != null)) marks.add("deduplicated");
    }
    if (rows.stream().anyMatch(row -> row.state() == LedgerRow.State.UNKNOWN)) {
      marks.add("outcome unknown");
    }
    return marks;
  }

  private Optional<String> summary(JournalItem.Entry entry) {
    JournalItem.Summary summary = entry.contextSummary();
    if (summary == null) return Optional.empty();
    if (summary.rejected() != null) return Optional.of("summary rejected");
    Map.Entry<Integer, Long> before = read.lowerEntry(entry.iteration());
    Map.Entry<Integer, Long> after = read.higherEntry(entry.iteration());
    // What it saved is known once the model was asked again.
    String saved =
        before == null || after == null
            ? ""
            : ", %s → %s tokens"
                .formatted(
                    Amounts.thousands(before.getValue()), Amounts.thousands(after.getValue()));
    return Optional.of("summarised up to iteration " + summary.upTo() + saved);
  }

  private boolean has(int iteration, String event) {
    return notes(iteration, event).findAny().isPresent();
  }

  /** Attempts that failed and said so; one that was parked was given back. */
  private long retried(int iteration) {
    return notes(iteration, JournalItem.Note.RETRIED)
        .filter(note -> !Situation.isParking(note.text()))
        .count();
  }

  private Stream<JournalItem.Note> notes(int iteration, String event) {
    return of(iteration)
        .filter(JournalItem.Note.class::isInstance)
        .map(JournalItem.Note.class::cast)
        .filter(note -> note.event().equals(event));
  }

  private Stream<JournalItem> of(int iteration) {
    return items.getOrDefault(iteration, List.of()).stream();
  }

  /** A later attempt found the answer of one whose worker was lost. */
  private boolean isAnswerKept(JournalItem.Entry entry) {
    return entry.attempt() > 1
        && of(entry.iteration()).anyMatch(JournalItem.Answer.class::isInstance);
  }
}
