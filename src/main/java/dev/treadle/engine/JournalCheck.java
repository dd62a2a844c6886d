package dev.treadle.engine;

import java.util.List;

/**
 * Whether a task's journal is whole: every iteration has its entry, and every entry and note holds
 * the hash of the one before it, up to the head.
 */
public sealed interface JournalCheck {
  record Intact() implements JournalCheck {}

  /** The first item that is damaged or missing. */
  record BrokenAt(String sortKey) implements JournalCheck {}

  /**
   * Checks a whole journal.
   *
   * @param items all of it, in order
   */
  static JournalCheck of(Task head, List<JournalItem> items) {
    Walk walk = new Walk();
    for (JournalItem item : items) {
      if (walk.next(item) instanceof BrokenAt broken) return broken;
    }
    return walk.upTo(head);
  }

  /** The place of a check in the journal. */
  final class Walk {
    private int iteration = 1;
    private String hash = "";
    private String lastKey = JournalItem.firstKey(1);

    private JournalCheck next(JournalItem item) {
      return switch (item) {
        case JournalItem.Entry entry when entry.iteration() != iteration ->
            new BrokenAt(JournalItem.firstKey(iteration) + "STEP");
        case JournalItem.Entry entry -> {
          iteration++;
          yield linked(entry.previous(), entry.hash(), entry.sortKey());
        }
        case JournalItem.Note note -> linked(note.previous(), note.hash(), note.sortKey());
        case JournalItem.Snapshot snapshot -> {
          // A fork begins with a snapshot of what another task did.
          iteration = snapshot.iteration() + 1;
          yield new Intact();
        }
        case JournalItem.Answer _ -> new Intact();
      };
    }

    private JournalCheck linked(String previous, String own, String sortKey) {
      // What the successor remembers differs: the item before it is not what it was.
      if (!previous.equals(hash)) return new BrokenAt(lastKey);
      hash = own;
      lastKey = sortKey;
      return new Intact();
    }

    private JournalCheck upTo(Task head) {
      if (iteration < head.iteration()) {
        return new BrokenAt(JournalItem.firstKey(iteration) + "STEP");
      }
      return head.progress().entriesHash().equals(hash) ? new Intact() : new BrokenAt(lastKey);
    }
  }
}
