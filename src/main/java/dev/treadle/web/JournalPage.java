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
  static JournalPage of(JournalPart part) {
    return new JournalPage(
        part.items().stream()
            .filter(item -> !(item instanceof JournalItem.Snapshot))
            .map(item -> Stored.tree(Stored.text(item)))
            .toList(),
        StepPage.next(part));
  }
}
