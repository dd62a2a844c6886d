package dev.treadle.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a journal as it is stored, without snapshots.
 *
 * @param next the iteration to go on with; absent at the end
 */
record JournalPage(List<JsonNode> items, @Nullable Integer next) {
  static JournalPage of(TaskFile file, int from) {
    List<JournalItem> all =
        file.journal().stream()
            .filter(item -> !(item instanceof JournalItem.Snapshot) && item.iteration() >= from)
            .toList();
    List<Integer> iterations = all.stream().map(JournalItem::iteration).toList();
    return new JournalPage(
        all.subList(0, StepPage.end(iterations)).stream()
            .map(item -> Stored.tree(Stored.text(item)))
            .toList(),
        StepPage.next(iterations));
  }
}
