package dev.treadle.engine;

import dev.treadle.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether what a journal keeps only to save work says what its chained entries say: an altered
 * answer would be acted on by a retry, and an altered snapshot is what the model remembers.
 */
public final class SavedWorkCheck {
  private SavedWorkCheck() {}

  /**
   * The sort key of the first answer or snapshot that its entries do not bear out. An answer whose
   * iteration has no entry yet, and the snapshot that a fork begins with, have none.
   *
   * @param journal all of it, in order
   */
  public static Optional<String> firstBad(List<JournalItem> journal) {
    Map<Integer, JournalItem.Answer> kept = new HashMap<>();
    List<JournalItem> before = new ArrayList<>();
    for (JournalItem item : journal) {
      Optional<JournalItem> bad =
          switch (item) {
            case JournalItem.Answer answer -> {
              kept.put(answer.iteration(), answer);
              yield Optional.empty();
            }
            case JournalItem.Entry entry ->
                Optional.ofNullable(kept.get(entry.iteration()))
                    .filter(answer -> !isIn(entry, answer))
                    .map(JournalItem.class::cast);
            case JournalItem.Snapshot snapshot ->
                before.isEmpty() || isFolded(before, snapshot)
                    ? Optional.empty()
                    : Optional.of(snapshot);
            case JournalItem.Note _ -> Optional.empty();
          };
      if (bad.isPresent()) return bad.map(JournalItem::sortKey);
      // What a snapshot holds of the past is all that is read of it from there on.
      if (item instanceof JournalItem.Snapshot) before.clear();
      before.add(item);
    }
    return Optional.empty();
  }

  /** An iteration that failed keeps no answer in its entry. */
  private static boolean isIn(JournalItem.Entry entry, JournalItem.Answer kept) {
    return entry.answer() == null || entry.answer().equals(kept.answer());
  }

  private static boolean isFolded(List<JournalItem> before, JournalItem.Snapshot snapshot) {
    return Json.tree(History.of(before).folded()).equals(Json.tree(snapshot.history()));
  }
}
