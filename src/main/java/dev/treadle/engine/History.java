package dev.treadle.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Earlier;
import dev.treadle.Json;
import dev.treadle.ProgressWindow;
import dev.treadle.Turn;
import dev.treadle.engine.JournalItem.CallEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task's past, folded from its newest snapshot and the entries after it.
 *
 * @param upTo the last iteration that is folded in
 * @param before what stands before the turns, once a summary was tried
 * @param turns oldest first
 * @param pending calls whose results are owed to the model, in the order asked
 * @param confidence the last that the model gave
 * @param tainted text from outside was read; it never becomes untrue
 * @param evidence the last results of read-only calls, oldest first
 * @param entriesSinceSnapshot how many entries a reader had to fold
 * @param charsSinceSnapshot how long those entries are
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record History(
    int upTo,
    ObjectNode memory,
    @Nullable Earlier before,
    List<Turn> turns,
    List<Pending> pending,
    ProgressWindow window,
    @Nullable Double confidence,
    boolean tainted,
    List<Evidence> evidence,
    int entriesSinceSnapshot,
    int charsSinceSnapshot) {
  /** These many turns are kept as they were, whatever their size. */
  private static final int TURNS_KEPT_VERBATIM = 6;

  /**
   * Turns that are longer together have older outputs shortened: the executor summarised nothing,
   * and entry and snapshot must fit one transaction.
   */
  private static final int TURNS_CHARS_MAX = 1024 * 1024;

  private static final int OLD_TEXT_CHARS_MAX = 400;

  /** An action that waits for a human. */
  public record Pending(String callId, String tool, String actionKey) {}

  static final History EMPTY =
      new History(
          0,
          Json.object(),
          null,
          List.of(),
          List.of(),
          ProgressWindow.EMPTY,
          null,
          false,
          List.of(),
          0,
          0);

  @SuppressWarnings("ConstantValue") // A stored history leaves out what is empty.
  public History {
    memory = memory == null ? Json.object() : memory;
    turns = turns == null ? List.of() : List.copyOf(turns);
    pending = pending == null ? List.of() : List.copyOf(pending);
    window = window == null ? ProgressWindow.EMPTY : window;
    evidence = evidence == null ? List.of() : List.copyOf(evidence);
  }

  /** What stands before the turns. */
  Earlier earlier() {
    return before == null ? Earlier.NOTHING : before;
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
      case JournalItem.Entry entry when entry.iteration() > upTo -> after(entry);
      // What went in circles before an operator let it go on does not count against it again.
      case JournalItem.Note note when note.event().equals(JournalItem.Note.RESUMED) ->
          new History(
              upTo,
              memory,
              before,
              turns,
              pending,
              ProgressWindow.EMPTY,
              confidence,
              tainted,
              evidence,
              entriesSinceSnapshot,
              charsSinceSnapshot);
      case JournalItem.Entry _, JournalItem.Note _, JournalItem.Answer _ -> this;
    };
  }

  /** The history with one more iteration. */
  History after(JournalItem.Entry entry) {
    List<Pending> owed = new ArrayList<>(pending);
    List<Turn> told = new ArrayList<>(turns);
    if (entry.contextSummary() != null) {
      tellMore(told, entry);
    } else if (entry.answer() != null || entry.calls().isEmpty()) {
      told.add(turn(entry));
    } else {
      entry.calls().forEach(call -> answer(told, call));
      tellMore(told, entry);
    }
    for (CallEntry call : entry.calls()) {
      owed.removeIf(each -> each.callId().equals(call.callId()));
      if (call.result() == CallEntry.Result.PENDING && call.actionKey() != null) {
        owed.add(new Pending(call.callId(), call.tool(), call.actionKey()));
      }
    }
    History after =
        new History(
            entry.iteration(),
            Json.mergePatch(memory, entry.mutations()),
            before,
            told,
            owed,
            windowAfter(entry),
            entry.confidence() == null ? confidence : entry.confidence(),
            tainted || entry.calls().stream().anyMatch(CallEntry::outside),
            evidenceAfter(entry),
            entriesSinceSnapshot + 1,
            charsSinceSnapshot + entry.chars());
    return entry.contextSummary() == null ? after : after.with(entry.contextSummary());
  }

  /** Puts a summary in place of the turns that it stands for; a rejected one is only noted. */
  private History with(JournalItem.Summary summary) {
    if (summary.content() == null) {
      Earlier was = earlier();
      return with(new Earlier(was.upTo(), was.memory(), was.summary(), upTo), turns);
    }
    ObjectNode then = earlier().memory();
    List<Turn> kept = new ArrayList<>();
    for (Turn turn : turns) {
      if (turn.iteration() > summary.upTo()) {
        kept.add(turn.uncounted());
      } else {
        for (ObjectNode patch : turn.mutations()) then = Json.mergePatch(then, patch);
      }
    }
    return with(new Earlier(summary.upTo(), then, Optional.of(summary.content()), upTo), kept);
  }

  private History with(Earlier earlier, List<Turn> kept) {
    return new History(
        upTo,
        memory,
        earlier,
        kept,
        pending,
        window,
        confidence,
        tainted,
        evidence,
        entriesSinceSnapshot,
        charsSinceSnapshot);
  }

  private List<Evidence> evidenceAfter(JournalItem.Entry entry) {
    List<Evidence> all = new ArrayList<>(evidence);
    for (CallEntry call : entry.calls()) {
      if (!call.isEvidence()) continue;
      String text = call.text();
      String excerpt = text.substring(0, excerptEnd(text));
      all.add(new Evidence(call.tool(), call.url(), entry.at(), excerpt, call.resultDigest()));
    }
    return all.subList(Math.max(0, all.size() - Defaults.EVIDENCE_MAX), all.size());
  }

  private static int excerptEnd(String text) {
    int end = Math.min(text.length(), Defaults.EVIDENCE_EXCERPT_CHARS_MAX);
    // Half a character would come back from the table as another one.
    return end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
  }

  private ProgressWindow windowAfter(JournalItem.Entry entry) {
    if (entry.contextSummary() != null) return window;
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

  /** What a snapshot keeps. */
  History folded() {
    return new History(
        upTo, memory, before, bounded(), pending, window, confidence, tainted, evidence, 0, 0);
  }

  private List<Turn> bounded() {
    if (Json.write(turns).length() <= TURNS_CHARS_MAX) return turns;
    List<Turn> kept = new ArrayList<>();
    int verbatimFrom = Math.max(0, turns.size() - TURNS_KEPT_VERBATIM);
    for (int i = 0; i < turns.size(); i++) {
      kept.add(i < verbatimFrom ? shortened(turns.get(i)) : turns.get(i));
    }
    return kept;
  }

  /**
   * The same past for a new task: what was pending there will never be performed here.
   *
   * @param fromOutside a stranger gave the input, so that all of it counts as text from outside
   */
  History forked(boolean fromOutside) {
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
    return new History(
        upTo,
        memory,
        before,
        told,
        List.of(),
        window,
        confidence,
        tainted || fromOutside,
        evidence,
        0,
        0);
  }

  private static Turn turn(JournalItem.Entry entry) {
    return new Turn(
        entry.iteration(),
        entry.answer() == null ? Json.object() : entry.answer(),
        entry.calls().stream().map(History::reply).toList(),
        entry.notices(),
        entry.mutations().isEmpty() ? List.of() : List.of(entry.mutations()),
        entry.answer() == null ? 0 : entry.usage().tokens());
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

  private static void tellMore(List<Turn> told, JournalItem.Entry entry) {
    if (!told.isEmpty()) told.add(told.removeLast().withMore(entry.notices(), entry.mutations()));
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
    return turn.withResults(replies);
  }

  private static String shortened(String text) {
    if (text.length() <= OLD_TEXT_CHARS_MAX) return text;
    return text.substring(0, OLD_TEXT_CHARS_MAX)
        + " [shortened: %d of %d characters]".formatted(OLD_TEXT_CHARS_MAX, text.length());
  }
}
