package dev.treadle.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.engine.JournalItem;
import java.util.ArrayList;
import java.util.List;

/** Working memory before and after a step. */
final class Memory {
  private Memory() {}

  static List<TaskPage.Change> changes(List<JournalItem> journal, JournalItem.Entry step) {
    if (step.mutations().isEmpty()) return List.of();
    ObjectNode before = Json.object();
    for (JournalItem item : journal) {
      if (item.equals(step)) break;
      switch (item) {
        case JournalItem.Entry entry -> before = Json.mergePatch(before, entry.mutations());
        // A fork begins with what its source knew.
        case JournalItem.Snapshot snapshot -> before = snapshot.history().memory();
        case JournalItem.Note _, JournalItem.Answer _ -> {}
      }
    }
    ObjectNode after = Json.mergePatch(before, step.mutations());
    List<TaskPage.Change> changes = new ArrayList<>();
    for (String name :
        step.mutations().propertyStream().map(java.util.Map.Entry::getKey).toList()) {
      changes.add(new TaskPage.Change(name, text(before.path(name)), text(after.path(name))));
    }
    return changes;
  }

  private static Legible text(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) return Legible.brief("nothing");
    return Legible.brief(value.isTextual() ? value.textValue() : Json.write(value));
  }
}
