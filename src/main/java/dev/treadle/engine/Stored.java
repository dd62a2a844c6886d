package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import java.io.UncheckedIOException;
import java.util.function.ToIntFunction;

/**
 * The stored form of the engine's documents, the same in every store: JSON, with the kind of a
 * journal item beside its fields.
 *
 * <p>A document of a newer schema is refused before it is bound: an older engine that wrote it back
 * would lose the fields it does not know.
 */
public final class Stored {
  /** How a journal item begins. */
  private static final String KIND_FIRST = "{\"kind\":\"";

  private Stored() {}

  public static Task task(JsonNode head) {
    return bind(head, Task.class);
  }

  public static Task task(String text) {
    return read(text, Task.class, Task::schema);
  }

  public static TaskInput input(String text) {
    return read(text, TaskInput.class, TaskInput::schema);
  }

  public static LedgerRow row(String text) {
    return read(text, LedgerRow.class, LedgerRow::schema);
  }

  public static Approval approval(String text) {
    return read(text, Approval.class, Approval::schema);
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
    String kind = kind(text);
    return switch (kind) {
      case "answer" -> read(text, JournalItem.Answer.class, JournalItem.Answer::schema);
      case "note" -> read(text, JournalItem.Note.class, JournalItem.Note::schema);
      case "entry" -> read(text, JournalItem.Entry.class, JournalItem.Entry::schema);
      case "snapshot" -> read(text, JournalItem.Snapshot.class, JournalItem.Snapshot::schema);
      default -> throw new IllegalStateException("no journal item is of the kind '" + kind + "'");
    };
  }

  private static String kind(String text) {
    int from = KIND_FIRST.length();
    int end = text.startsWith(KIND_FIRST) ? text.indexOf('"', from) : -1;
    return end < 0 ? tree(text).path("kind").asText() : text.substring(from, end);
  }

  public static String text(JournalItem item) {
    String kind =
        switch (item) {
          case JournalItem.Answer _ -> "answer";
          case JournalItem.Note _ -> "note";
          case JournalItem.Entry _ -> "entry";
          case JournalItem.Snapshot _ -> "snapshot";
        };
    // By way of a tree, as hashes are made: written at once, a float would come back another
    // number.
    return KIND_FIRST + kind + "\"," + Json.write(Json.tree(item)).substring(1);
  }

  public static JsonNode tree(String text) {
    return Json.read(text, JsonNode.class);
  }

  /** The schema that a stored document was written with. */
  public static int schema(JsonNode document) {
    return document.path("schema").asInt();
  }

  /** At once; a document that does not come out of it is looked at again, to say why. */
  private static <T> T read(String text, Class<T> type, ToIntFunction<T> schema) {
    try {
      T document = Json.read(text, type);
      if (schema.applyAsInt(document) <= Task.SCHEMA) return document;
    } catch (UncheckedIOException _) {
      // A newer schema may not even fit.
    }
    return bind(tree(text), type);
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
