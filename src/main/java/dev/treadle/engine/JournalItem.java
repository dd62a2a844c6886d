package dev.treadle.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.CanonicalJson;
import dev.treadle.ContextSummary;
import dev.treadle.Json;
import dev.treadle.Outcome;
import dev.treadle.ProgressWindow;
import dev.treadle.Redaction;
import dev.treadle.TaskId;
import dev.treadle.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An item of a task's journal: append-only, never rewritten.
 *
 * <p>{@link Entry}s and {@link Note}s are linked by hash in the order of their {@link #sortKey}s;
 * an {@link Answer} and a {@link Snapshot} only save work.
 */
public sealed interface JournalItem {
  int SCHEMA = 1;

  TaskId taskId();

  int iteration();

  /** Orders the journal; every item of iteration n lies before the first of n + 1. */
  String sortKey();

  /** The model's answer, kept before its calls run, so that a retry never asks again. */
  record Answer(int schema, TaskId taskId, int iteration, JsonNode answer) implements JournalItem {
    @Override
    public String sortKey() {
      return key(iteration, "ANSWER");
    }
  }

  /**
   * Something that happened to the task between two entries: a retry, an operator's or a human's
   * deed, an end outside a step.
   *
   * @param version the task's version that this note was written with
   * @param event one word, of the constants below
   * @param previous hash of the entry or note before
   */
  record Note(
      int schema,
      TaskId taskId,
      int iteration,
      long version,
      Instant at,
      String event,
      String by,
      String text,
      String previous)
      implements JournalItem {
    public static final String RETRIED = "retried";
    static final String SUSPENDED = "suspended";
    static final String ANSWERED = "answered";
    public static final String WITHDRAWN = "withdrawn";
    public static final String REPORTED = "reported";
    static final String EXTENDED = "extended";
    static final String EXPIRED = "expired";
    static final String ENDED = "ended";
    public static final String RESUMED = "resumed";
    static final String RAISED = "raised";
    static final String REDRIVEN = "redriven";
    public static final String FORKED = "forked";
    private static final Set<String> ABOUT_QUESTIONS =
        Set.of(ANSWERED, WITHDRAWN, REPORTED, EXTENDED);
    private static final Pattern QUESTION = Pattern.compile("[^(]*\\(([0-9a-f]{32})\\)");

    /** A note that goes with the write of {@code task}'s next version. */
    static Note on(Task task, Instant at, String event, String by, String text) {
      return new Note(
          JournalItem.SCHEMA,
          task.id(),
          task.iteration(),
          task.version() + 1,
          at,
          event,
          by,
          Redaction.byShape(text),
          task.progress().entriesHash());
    }

    @Override
    public String sortKey() {
      return key(iteration, "NOTE#" + padded(version, 12));
    }

    /** The question that people answered or changed, if this tells of one: its words name it. */
    public Optional<String> question() {
      if (!ABOUT_QUESTIONS.contains(event)) return Optional.empty();
      Matcher named = QUESTION.matcher(text);
      return named.lookingAt() ? Optional.of(named.group(1)) : Optional.empty();
    }

    String hash() {
      return CanonicalJson.digest(Json.tree(this));
    }
  }

  /** Names and fixed fields of an entry, or of a call in it. */
  int FIELDS_CHARS = 400;

  /**
   * One iteration: what was asked, answered, done and decided.
   *
   * @param claimedAt when its worker took it; absent in entries of before that was kept
   * @param attempt which claim of the iteration this was, counted from 1
   * @param answer the model's answer; absent when a pending call ran or the step failed
   * @param outcome the verdict, when the task stopped or waits after it
   * @param checkpoint why this is a marked position, if it is
   * @param output what {@code complete_task} delivered
   * @param contextSummary what came of an iteration that was to summarise earlier ones
   * @param previous hash of the entry or note before
   */
  record Entry(
      int schema,
      TaskId taskId,
      int iteration,
      Instant at,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant claimedAt,
      int attempt,
      @Nullable String phase,
      @Nullable JsonNode answer,
      List<CallEntry> calls,
      ObjectNode mutations,
      @Nullable Double confidence,
      Usage usage,
      List<String> errors,
      List<String> notices,
      @Nullable Outcome outcome,
      @Nullable String checkpoint,
      @Nullable JsonNode output,
      @Nullable Summary contextSummary,
      String previous)
      implements JournalItem {
    @Override
    public String sortKey() {
      return key(iteration, "STEP");
    }

    String hash() {
      return CanonicalJson.digest(Json.tree(this));
    }

    /** About how long it is as stored, without writing it: what the next snapshot waits for. */
    int chars() {
      int chars = FIELDS_CHARS + Json.chars(mutations);
      if (answer != null) chars += Json.chars(answer);
      if (output != null) chars += Json.chars(output);
      for (CallEntry call : calls) chars += FIELDS_CHARS + call.text().length();
      for (String error : errors) chars += error.length();
      for (String notice : notices) chars += notice.length();
      return chars;
    }
  }

  /**
   * What came of an iteration that was to summarise earlier ones.
   *
   * @param upTo the last iteration that the content stands for; zero when it was rejected
   * @param content absent when it was rejected
   * @param rejected why it was of no use, if it was not
   */
  record Summary(int upTo, @Nullable ContextSummary content, @Nullable String rejected) {}

  /**
   * A call as the journal keeps it; its arguments are in the answer, or in the ledger.
   *
   * @param actionKey the ledger row, unless the tool is read-only
   * @param text what the model reads
   * @param resultDigest of the whole result, also when the text was cut
   * @param pollableMax as the tool declared it; {@link #NO_TOOL} when the executor answered itself
   * @param url what a read-only call named in its arguments, if it named one
   * @param outside its result holds text that strangers wrote
   */
  record CallEntry(
      String callId,
      String tool,
      String argumentsDigest,
      @Nullable String actionKey,
      Result result,
      String text,
      String resultDigest,
      int pollableMax,
      @Nullable String url,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean outside) {
    /** Reports and completions say nothing about progress. */
    static final int NO_TOOL = -1;

    /** How a call ended, or that a human still decides. */
    public enum Result {
      SUCCEEDED,
      FAILED,
      PENDING
    }

    /** What a later question may rest on: a result that was read, not made. */
    boolean isEvidence() {
      return actionKey == null && result == Result.SUCCEEDED && pollableMax != NO_TOOL;
    }

    ProgressWindow.Seen seen() {
      return new ProgressWindow.Seen(
          tool, argumentsDigest, resultDigest, result == Result.FAILED, pollableMax);
    }
  }

  /** Working memory and turns folded up to an iteration. */
  record Snapshot(int schema, TaskId taskId, int iteration, History history)
      implements JournalItem {
    @Override
    public String sortKey() {
      return key(iteration, "ZSNAP");
    }
  }

  /** The first sort key of an iteration's items. */
  static String firstKey(int iteration) {
    return key(iteration, "");
  }

  /** Where to read from when a snapshot after {@code snapshot} is known; zero for everything. */
  static String firstKeyFromSnapshot(int snapshot) {
    return snapshot == 0 ? "LOG#" : key(snapshot, "ZSNAP");
  }

  private static String key(int iteration, String kind) {
    return "LOG#" + padded(iteration, 6) + '#' + kind;
  }

  /** Cheaper than a format: sort keys are made again and again. */
  private static String padded(long number, int digits) {
    String text = Long.toString(number);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }
}
