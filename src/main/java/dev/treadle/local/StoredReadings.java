package dev.treadle.local;

import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Readings;
import dev.treadle.engine.Stored;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The documents of an embedded table as they were last read. A delivery meets most of them several
 * times, the head at each of its writes; each text is parsed once.
 */
final class StoredReadings {
  private static final int CHARS_MAX = 1024 * 1024;

  private final Readings<Head> heads = new Readings<>(StoredReadings::parsedHead, CHARS_MAX);
  private final Readings<TaskInput> inputs = new Readings<>(Stored::input, CHARS_MAX);
  private final Readings<LedgerRow> rows = new Readings<>(Stored::row, CHARS_MAX);
  private final Readings<Approval> approvals = new Readings<>(Stored::approval, CHARS_MAX);
  private final Readings<JournalItem> items =
      new Readings<>(Stored::item, Readings.JOURNAL_CHARS_MAX);

  /** A task's head, if this engine understands it. */
  sealed interface Head {
    record Known(Task task) implements Head {}

    record Newer(int schema, String text) implements Head {}
  }

  private static Head parsedHead(String text) {
    try {
      return new Head.Known(Stored.task(text));
    } catch (IllegalStateException _) {
      return new Head.Newer(Stored.schema(Stored.tree(text)), text);
    }
  }

  Head head(String text) {
    return heads.read(text);
  }

  /** Refuses the head of a newer schema. */
  Task task(String text) {
    return switch (head(text)) {
      case Head.Known(Task task) -> task;
      case Head.Newer(int _, String newer) -> Stored.task(newer);
    };
  }

  /** The text of a head, which whoever reads it next will not parse. */
  String written(Task task) {
    String text = Json.write(task);
    heads.keep(text, new Head.Known(task));
    return text;
  }

  TaskInput input(String text) {
    return inputs.read(text);
  }

  TaskInput input(Optional<String> text, TaskId id) {
    return text.map(this::input)
        .orElseThrow(() -> new IllegalStateException("task " + id + " has no input in the table"));
  }

  JournalItem item(String text) {
    return items.read(text);
  }

  LedgerRow row(String text) {
    return rows.read(text);
  }

  Approval approval(String text) {
    return approvals.read(text);
  }

  /** The texts that say something else than what was parsed from them. */
  List<String> changed() {
    List<String> changed = new ArrayList<>();
    Stream.of(heads, inputs, items, rows, approvals)
        .forEach(each -> changed.addAll(each.changed()));
    return changed;
  }
}
