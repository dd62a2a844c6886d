package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;

/**
 * The stored form of the engine's documents, the same in every store: JSON, with the kind of a
 * journal item beside its fields.
 *
 * <p>A document of a newer schema is refused before it is bound: an older engine that wrote it back
 * would lose the fields it does not know.
 */
public final class Stored {
  private static final String KIND = "kind";

  private Stored() {}

  public static Task task(JsonNode head) {
    return bind(head, Task.class);
  }

  public static TaskInput input(String text) {
    return bind(tree(text), TaskInput.class);
  }

  public static LedgerRow row(String text) {
    return bind(tree(text), LedgerRow.class);
  }

  public static Approval approval(String text) {
    return bind(tree(text), Approval.class);
  }

  public static SeriesRun run(String text) {
    return bind(tree(text), SeriesRun.class);
  }

  public static Decision decision(String text) {
    return bind(tree(text), Decision.class);
  }

  public static Notification notification(String text) {
    return bind(tree(text), Notification.class);
  }

  /** What {@link #text} wrote. */
  public static JournalItem item(String text) {
    JsonNode tree = tree(text);
    String kind = tree.path(KIND).asText();
    return switch (kind) {
      case "answer" -> bind(tree, JournalItem.Answer.class);
      case "note" -> bind(tree, JournalItem.Note.class);
      case "entry" -> bind(tree, JournalItem.Entry.class);
      case "snapshot" -> bind(tree, JournalItem.Snapshot.class);
      default -> throw new IllegalStateException("no journal item is of the kind '" + kind + "'");
    };
  }

  public static String text(JournalItem item) {
    String kind =
        switch (item) {
          case JournalItem.Answer _ -> "answer";
          case JournalItem.Note _ -> "note";
          case JournalItem.Entry _ -> "entry";
          case JournalItem.Snapshot _ -> "snapshot";
        };
    ObjectNode tree = Json.object().put(KIND, kind);
    tree.setAll((ObjectNode) Json.tree(item));
    return Json.write(tree);
  }

  public static JsonNode tree(String text) {
    return Json.read(text, JsonNode.class);
  }

  /** The schema that a stored document was written with. */
  public static int schema(JsonNode document) {
    return document.path("schema").asInt();
  }

  private static <T> T bind(JsonNode tree, Class<T> type) {
    if (schema(tree) > Task.SCHEMA) {
      throw new IllegalStateException(
          "task %s: its %s has schema %d, and this engine understands up to %d; it stays as it is"
              .formatted(
                  tree.path(type == Task.class ? "id" : "task_id").asText(),
                  type.getSimpleName(),
                  schema(tree),
                  Task.SCHEMA));
    }
    return Json.bind(tree, type);
  }
}
