package dev.treadle.web;

import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Situation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What was unusual about a step, a word or two each. */
final class StepMarks {
  private final JournalItem.Entry entry;
  private final List<JournalItem> items;
  private final List<LedgerRow> rows;
  private final List<String> marks = new ArrayList<>();

  private StepMarks(JournalItem.Entry entry, List<JournalItem> items, List<LedgerRow> rows) {
    this.entry = entry;
    this.items = items;
    this.rows = rows;
  }

  /**
   * The marks of one step.
   *
   * @param items all that the journal holds of its iteration
   * @param rows all that the ledger holds of it
   */
  static List<String> of(JournalItem.Entry entry, List<JournalItem> items, List<LedgerRow> rows) {
    return new StepMarks(entry, items, rows).all();
  }

  private List<String> all() {
    if (has(JournalItem.Note.FORKED)) marks.add("forked from checkpoint");
    if (has(JournalItem.Note.RESUMED)) marks.add("resumed from checkpoint");
    if (entry.attempt() > 1) marks.add("attempt " + entry.attempt());
    // An attempt that neither recorded nor gave back: its worker died, or lost the claim.
    if (entry.attempt() - 1 > retried()) marks.add("claim lost");
    if (entry.answer() == null && !entry.calls().isEmpty())
      marks.add("ran what was approved or owed");
    JournalItem.Summary summary = entry.contextSummary();
    if (summary != null) {
      marks.add(
          summary.rejected() == null
              ? "summarised up to iteration " + summary.upTo()
              : "summary rejected");
    }
    if (entry.notices().stream().anyMatch(notice -> notice.startsWith("Compared with earlier"))) {
      marks.add("drift");
    }
    if (isAnswerKept()) {
      marks.add("answer kept from an earlier attempt");
      if (rows.stream().anyMatch(row -> row.startedAt() != null)) marks.add("deduplicated");
    }
    if (rows.stream().anyMatch(row -> row.state() == LedgerRow.State.UNKNOWN)) {
      marks.add("outcome unknown");
    }
    return marks;
  }

  private boolean has(String event) {
    return notes(event).findAny().isPresent();
  }

  /** Attempts that failed and said so; one that was parked was given back. */
  private long retried() {
    return notes(JournalItem.Note.RETRIED)
        .filter(note -> !Situation.isParking(note.text()))
        .count();
  }

  private Stream<JournalItem.Note> notes(String event) {
    return items.stream()
        .filter(JournalItem.Note.class::isInstance)
        .map(JournalItem.Note.class::cast)
        .filter(note -> note.event().equals(event));
  }

  /** A later attempt found the answer of one whose worker was lost. */
  private boolean isAnswerKept() {
    return entry.attempt() > 1 && items.stream().anyMatch(JournalItem.Answer.class::isInstance);
  }
}
