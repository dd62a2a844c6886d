package dev.treadle.web;

import dev.treadle.engine.Defaults;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.util.ArrayList;
import java.util.List;

/**
 * Some iterations of a journal, as many as are shown at once: a long task is never read as a whole.
 *
 * @param first the first iteration of the part
 * @param last the last one, which may have no items yet
 * @param newest the iteration that the task is at
 * @param around the items of the part, and those around it that say what its own mean
 */
record JournalPart(int first, int last, int newest, List<JournalItem> around) {
  /** How many iterations are shown at once. */
  static final int ITERATIONS = 50;

  JournalPart {
    around = List.copyOf(around);
  }

  /** A part, with a snapshot from which working memory before it is folded, if there is one. */
  static JournalPart of(TaskStore store, Task task, int first) {
    return read(store, task, first, Defaults.ENTRIES_PER_SNAPSHOT + 1);
  }

  /** The first part from an iteration on that holds anything. */
  static JournalPart from(TaskStore store, Task task, int from) {
    JournalPart part = read(store, task, from, 1);
    // A fork's journal begins where its source's checkpoint was.
    while (part.items().isEmpty() && !part.isEnd()) {
      part = read(store, task, part.last + 1, 1);
    }
    return part;
  }

  /** The step before says since when the first one waited, the one after what a summary saved. */
  private static JournalPart read(TaskStore store, Task task, int first, int before) {
    int last = first + ITERATIONS - 1;
    List<JournalItem> around = store.journalOf(task.id(), Math.max(0, first - before), last + 1);
    return new JournalPart(first, last, task.iteration(), around);
  }

  List<JournalItem> items() {
    return around.stream()
        .filter(item -> item.iteration() >= first && item.iteration() <= last)
        .toList();
  }

  List<JournalItem.Entry> entries() {
    List<JournalItem.Entry> entries = new ArrayList<>();
    for (JournalItem item : items())
      if (item instanceof JournalItem.Entry entry) entries.add(entry);
    return entries;
  }

  /** Whether nothing of the journal lies before it. */
  boolean isBeginning() {
    return first <= 1 || items().stream().anyMatch(JournalPart::isFork);
  }

  private static boolean isFork(JournalItem item) {
    return item instanceof JournalItem.Note note && note.event().equals(JournalItem.Note.FORKED);
  }

  boolean isEnd() {
    return last >= newest;
  }

  boolean isWhole() {
    return isBeginning() && isEnd();
  }
}
