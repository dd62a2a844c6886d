package dev.treadle.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.ProgressWindow;
import dev.treadle.Turn;
import dev.treadle.engine.JournalItem.CallEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task's past, folded from its newest snapshot and the entries after it.
 *
 * @param upTo the last iteration that is folded in
 * @param turns oldest first; outputs of all but the last few are shortened
 * @param pending calls whose results are owed to the model, in the order asked
 * @param confidence the last that the model gave
 * @param entriesSinceSnapshot how many entries a reader had to fold
 * @param charsSinceSnapshot how long those entries are
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record History(
    int upTo,
    ObjectNode memory,
    List<Turn> turns,
    List<Pending> pending,
    ProgressWindow window,
    @Nullable Double confidence,
    int entriesSinceSnapshot,
    int charsSinceSnapshot) {
  /** These many turns are kept as they were. */
  private static final int TURNS_KEPT_VERBATIM = 6;

  private static final int OLD_TEXT_CHARS_MAX = 400;

  /** An action that waits for a human. */
  public record Pending(String callId, String tool, String actionKey) {}

  static final History EMPTY =
      new History(0, Json.object(), List.of(), List.of(), ProgressWindow.EMPTY, null, 0, 0);

  @SuppressWarnings("ConstantValue") // A stored history leaves out what is empty.
  public History {
    memory = memory == null ? Json.object() : memory;
    turns = turns == null ? List.of() : List.copyOf(turns);
    pending = pending == null ? List.of() : List.copyOf(pending);
    window = window == null ? ProgressWindow.EMPTY : window;
  }

  /** Folds a journal read from a snapshot or from the beginning. */
  static History of(List<JournalItem> items) {
    History history = EMPTY;
    for (JournalItem item : items) history = history.with(item);
    return history;
  }

  private History with(JournalItem item) {
    return switch (item) {
      case JournalItem.Snapshot snapshot -> snapshot.history();
      // A reader that started before the newest snapshot meets entries that it covers.
      case JournalItem.Entry entry when entry.iteration() > upTo ->
          after(entry, Json.write(entry).length());
      // What went in circles before an operator let it go on does not count against it again.
      case JournalItem.Note note when note.event().equals(JournalItem.Note.RESUMED) ->
          new History(
              upTo,
              memory,
              turns,
              pending,
              ProgressWindow.EMPTY,
              confidence,
              entriesSinceSnapshot,
              charsSinceSnapshot);
      case JournalItem.Entry _, JournalItem.Note _, JournalItem.Answer _ -> this;
    };
  }

  /**
   * The history with one more iteration.
   *
   * @param chars how long the entry is as stored
   */
  History after(JournalItem.Entry entry, int chars) {
    List<Pending> owed = new ArrayList<>(pending);
    List<Turn> told = new ArrayList<>(turns);
    if (entry.answer() != null || entry.calls().isEmpty()) {
      told.add(turn(entry));
    } else {
      entry.calls().forEach(call -> answer(told, call));
      addNotices(told, entry.notices());
    }
    for (CallEntry call : entry.calls()) {
      owed.removeIf(each -> each.callId().equals(call.callId()));
      if (call.result() == CallEntry.Result.PENDING && call.actionKey() != null) {
        owed.add(new Pending(call.callId(), call.tool(), call.actionKey()));
      }
    }
    return new History(
        entry.iteration(),
        Json.mergePatch(memory, entry.mutations()),
        told,
        owed,
        windowAfter(entry),
        entry.confidence() == null ? confidence : entry.confidence(),
        entriesSinceSnapshot + 1,
        charsSinceSnapshot + chars);
  }

  private ProgressWindow windowAfter(JournalItem.Entry entry) {
    List<CallEntry> finished =
        entry.calls().stream().filter(call -> call.result() != CallEntry.Result.PENDING).toList();
    // One iteration counts each error once, however many calls failed alike.
    Set<String> errors = new LinkedHashSet<>();
    finished.stream()
        .filter(call -> call.result() == CallEntry.Result.FAILED)
        .forEach(call -> errors.add(call.tool() + ": " + call.text()));
    if (errors.isEmpty()) errors.addAll(entry.errors());
    boolean changed =
        !entry.mutations().isEmpty()
            || entry.calls().stream().anyMatch(call -> call.actionKey() != null);
    List<ProgressWindow.Seen> seen =
        finished.stream()
            .filter(call -> call.pollableMax() != CallEntry.NO_TOOL)
            .map(CallEntry::seen)
            .toList();
    return window.after(seen, List.copyOf(errors), changed);
  }

  /** What a snapshot keeps: older outputs shortened, so that its size does not grow with them. */
  History folded() {
    List<Turn> kept = new ArrayList<>();
    int verbatimFrom = Math.max(0, turns.size() - TURNS_KEPT_VERBATIM);
    for (int i = 0; i < turns.size(); i++) {
      kept.add(i < verbatimFrom ? shortened(turns.get(i)) : turns.get(i));
    }
    return new History(upTo, memory, kept, pending, window, confidence, 0, 0);
  }

  /** The same past for a new task: what was pending there will never be performed here. */
  History forked() {
    List<Turn> told = new ArrayList<>(turns);
    for (Pending each : pending) {
      Turn.CallReply gone =
          new Turn.CallReply(
              each.callId(),
              each.tool(),
              true,
              false,
              "not performed: this task is a fork; ask again if it is still needed");
      told.replaceAll(turn -> turn.answered(gone));
    }
    return new History(upTo, memory, told, List.of(), window, confidence, 0, 0);
  }

  private static Turn turn(JournalItem.Entry entry) {
    return new Turn(
        entry.iteration(),
        entry.answer() == null ? Json.object() : entry.answer(),
        entry.calls().stream().map(History::reply).toList(),
        entry.notices());
  }

  private static Turn.CallReply reply(CallEntry call) {
    return new Turn.CallReply(
        call.callId(),
        call.tool(),
        call.result() == CallEntry.Result.FAILED,
        call.result() == CallEntry.Result.PENDING,
        call.text());
  }

  private static void answer(List<Turn> told, CallEntry call) {
    told.replaceAll(turn ->
        turn.results().stream().anyMatch(each -> each.pending() && isTo(each, call))
            ? turn.answered(reply(call))
            : turn);
  }

  private static boolean isTo(Turn.CallReply reply, CallEntry call) {
    return reply.callId().equals(call.callId());
  }

  private static void addNotices(List<Turn> told, List<String> notices) {
    if (told.isEmpty() || notices.isEmpty()) return;
    Turn last = told.removeLast();
    List<String> all = new ArrayList<>(last.notices());
    all.addAll(notices);
    told.add(new Turn(last.iteration(), last.answer(), last.results(), all));
  }

  private static Turn shortened(Turn turn) {
    List<Turn.CallReply> replies =
        turn.results().stream()
            .map(reply ->
                new Turn.CallReply(
                    reply.callId(),
                    reply.tool(),
                    reply.isError(),
                    reply.pending(),
                    shortened(reply.text())))
            .toList();
    return new Turn(turn.iteration(), turn.answer(), replies, turn.notices());
  }

  private static String shortened(String text) {
    if (text.length() <= OLD_TEXT_CHARS_MAX) return text;
    return text.substring(0, OLD_TEXT_CHARS_MAX)
        + " [shortened: %d of %d characters]".formatted(OLD_TEXT_CHARS_MAX, text.length());
  }
}
