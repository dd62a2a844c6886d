package dev.treadle.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.approval.Names;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One iteration, or what happened between two, in words.
 *
 * @param did what the agent did, or what was done to the task
 * @param kind {@code step} or {@code note}
 * @param queuedMillis from the end of the step before to the claim; absent when it is not known
 * @param ranMillis from the claim to the record
 * @param reason of a step after which the task waited or stopped
 * @param checkpoint why one may go on from here, if one may
 * @param marks what was unusual, a word or two each
 */
record Step(
    int iteration,
    String kind,
    String at,
    String did,
    @Nullable Long queuedMillis,
    @Nullable Long ranMillis,
    int attempt,
    long tokens,
    long costMicros,
    List<String> errors,
    @Nullable String reason,
    @Nullable String checkpoint,
    List<String> marks) {
  private static final String REPORT = "report_step";
  static final String NOTE = "note";

  /** Those of a part of a journal, in order. */
  static List<Step> of(Task task, JournalPart part, List<LedgerRow> ledger, Names names) {
    Map<Integer, List<LedgerRow>> rows =
        ledger.stream().collect(Collectors.groupingBy(LedgerRow::iteration));
    StepMarks marks = new StepMarks(part.around());
    List<Step> steps = new ArrayList<>();
    Instant before = task.origin().triggeredAt();
    for (JournalItem item : part.around()) {
      boolean isShown = item.iteration() >= part.first() && item.iteration() <= part.last();
      switch (item) {
        case JournalItem.Entry entry -> {
          List<LedgerRow> acted = rows.getOrDefault(entry.iteration(), List.of());
          if (isShown) steps.add(of(entry, before, marks.of(entry, acted)));
          before = entry.at();
        }
        case JournalItem.Note note -> {
          if (isShown) steps.add(of(note, names));
          before = note.at();
        }
        case JournalItem.Answer _, JournalItem.Snapshot _ -> {}
      }
    }
    return steps;
  }

  private static Step of(JournalItem.Note note, Names names) {
    return new Step(
        note.iteration(),
        NOTE,
        note.at().toString(),
        "%s by %s: %s".formatted(note.event(), names.of(note.by()), note.text()),
        null,
        null,
        0,
        0,
        0,
        List.of(),
        null,
        null,
        List.of());
  }

  private static Step of(JournalItem.Entry entry, Instant before, List<String> marks) {
    Instant claimed = entry.claimedAt();
    Reason reason = entry.outcome() == null ? null : entry.outcome().reason();
    return new Step(
        entry.iteration(),
        "step",
        entry.at().toString(),
        did(entry),
        claimed == null ? null : Math.max(0, Duration.between(before, claimed).toMillis()),
        claimed == null ? null : Duration.between(claimed, entry.at()).toMillis(),
        entry.attempt(),
        entry.usage().tokens(),
        entry.usage().costMicros(),
        errors(entry),
        reason == null ? null : reason.wireName(),
        entry.checkpoint(),
        marks);
  }

  private static List<String> errors(JournalItem.Entry entry) {
    List<String> errors = new ArrayList<>(entry.errors());
    for (JournalItem.CallEntry call : entry.calls()) {
      if (call.result() == JournalItem.CallEntry.Result.FAILED) {
        errors.add(call.tool() + ": " + Legible.plain(call.text()));
      }
    }
    return errors;
  }

  private static String did(JournalItem.Entry entry) {
    if (entry.contextSummary() != null) return "summarised earlier turns";
    Map<String, Integer> times = new LinkedHashMap<>();
    for (JournalItem.CallEntry call : entry.calls()) {
      if (call.tool().equals(REPORT)) continue; // It stands beside what was done.
      String mark =
          switch (call.result()) {
            case SUCCEEDED -> "";
            case FAILED -> " (failed)";
            case PENDING -> " (waits for a person)";
          };
      times.merge(call.tool() + mark, 1, Integer::sum);
    }
    List<String> deeds = new ArrayList<>();
    times.forEach((deed, count) -> deeds.add(count > 1 ? deed + " ×" + count : deed));
    if (!deeds.isEmpty()) return String.join(", ", deeds);
    if (!entry.errors().isEmpty()) return "failed";
    boolean isSilent = entry.answer() == null || entry.answer().isEmpty();
    // The loop itself used the step, and says for what.
    return isSilent && !entry.notices().isEmpty()
        ? Legible.plain(entry.notices().getFirst())
        : "thought";
  }

  boolean isNote() {
    return kind.equals(NOTE);
  }

  boolean isFailure() {
    return !errors.isEmpty()
        || (reason != null && Reason.ofWireName(reason).status() == Status.FAILED);
  }

  boolean isGate() {
    return Optional.ofNullable(reason)
        .map(Reason::ofWireName)
        .filter(each -> each.status() == Status.WAITING_FOR_HUMAN)
        .isPresent();
  }

  /** What the model said beside its calls, or nothing. */
  static String words(JournalItem.Entry entry) {
    JsonNode answer = entry.answer();
    if (answer == null) return "";
    List<String> said = new ArrayList<>();
    for (JsonNode block : answer.path("content")) {
      if (block.path("text").isTextual()) said.add(block.path("text").textValue());
    }
    return String.join("\n", said);
  }

  /** What a call was given; nothing when the answer does not say. */
  static Optional<JsonNode> arguments(JournalItem.Entry entry, String callId) {
    if (entry.answer() == null) return Optional.empty();
    for (JsonNode block : entry.answer().path("content")) {
      if (block.path("id").asText().equals(callId)) return Optional.of(block.path("input"));
    }
    return Optional.empty();
  }
}
