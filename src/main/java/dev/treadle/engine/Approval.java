package dev.treadle.engine;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.BlastRadius;
import dev.treadle.CanonicalJson;
import dev.treadle.Effect;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.Judgement;
import dev.treadle.OnExpiry;
import dev.treadle.Preview;
import dev.treadle.Quorum;
import dev.treadle.Reason;
import dev.treadle.Severity;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A question to a group of people about one action, frozen when it was asked: only votes, time and
 * the end change, each with the next version.
 *
 * <pre>
 * OPEN    voted, extended → OPEN; closed → APPROVED | REJECTED | EXPIRED | SUPERSEDED
 *         parked → PARKED (expired, and its policy is to go on waiting)
 * PARKED  extended → OPEN; closed → SUPERSEDED
 * APPROVED voided → VOID (the decision did not fit the action when it was to run)
 * </pre>
 *
 * @param id of the question; that of an action is the action's key
 * @param actionKey the ledger row that it is about
 * @param version what a page shows and a decision names: another one means that something changed
 */
public record Approval(
    int schema,
    String id,
    TaskId taskId,
    int iteration,
    int ordinal,
    Kind kind,
    String actionKey,
    Action action,
    Grounds grounds,
    Source source,
    Terms terms,
    Timing timing,
    List<Vote> votes,
    State state,
    long version,
    @Nullable Closing closing) {
  public static final int SCHEMA = 1;

  /** What is asked. */
  public enum Kind {
    /** May this run? */
    ACTION,
    /** It was started and nobody knows whether it happened: did it? */
    OUTCOME
  }

  public enum State {
    OPEN,
    PARKED,
    APPROVED,
    REJECTED,
    EXPIRED,
    SUPERSEDED,
    VOID
  }

  /**
   * Exactly what would run.
   *
   * @param argumentsDigest binds a decision to exactly these arguments
   * @param title a sentence of the tool's, never of the model's
   * @param undo how a person undoes it, if that can be
   * @param schema what edited arguments must fit (JSON Schema)
   * @param fixed top-level arguments that may not be edited
   */
  public record Action(
      String tool,
      JsonNode arguments,
      String argumentsDigest,
      Effect effect,
      BlastRadius blastRadius,
      String title,
      List<Preview> preview,
      @Nullable String undo,
      ObjectNode schema,
      List<String> fixed) {
    public Action {
      preview = List.copyOf(preview);
      fixed = List.copyOf(fixed);
    }

    Action showing(Preview more) {
      List<Preview> all = Stream.concat(preview.stream(), Stream.of(more)).toList();
      return new Action(
          tool, arguments, argumentsDigest, effect, blastRadius, title, all, undo, schema, fixed);
    }
  }

  /**
   * Why it is asked, and what it rests on.
   *
   * @param why the gate's rules in plain words
   * @param confidence the model's own
   * @param tainted text from outside may have shaped the action
   * @param explanation the model's own words, which nobody verified; cut
   */
  public record Grounds(
      List<String> ruleIds,
      String why,
      Severity severity,
      @Nullable Double confidence,
      boolean tainted,
      List<Evidence> evidence,
      String explanation) {
    public Grounds {
      ruleIds = List.copyOf(ruleIds);
      evidence = List.copyOf(evidence);
    }
  }

  /**
   * Who wants it.
   *
   * @param requester what started the task, as in {@code person:ann} or {@code schedule:morning}
   * @param costMicros spent by the task so far
   */
  public record Source(
      String agent, String requester, String model, long costMicros, long costMicrosLeft) {}

  /**
   * Who decides, and what silence means.
   *
   * @param group whose members the deployment's configuration names
   */
  public record Terms(String group, Quorum quorum, OnExpiry onExpiry) {}

  /**
   * How long.
   *
   * @param remindAt the times at which those who have not answered are reminded
   * @param extensionSeconds what one extension adds
   * @param extensions used so far, of {@link #EXTENSIONS_MAX}
   */
  public record Timing(
      Instant createdAt,
      Instant expiresAt,
      List<Instant> remindAt,
      long extensionSeconds,
      int extensions) {
    /** WCAG 2.2.1 asks for ten; more is a task that nobody wants. */
    public static final int EXTENSIONS_MAX = 10;

    public Timing {
      remindAt = List.copyOf(remindAt);
    }

    static Timing from(Instant now, Duration time) {
      Instant end = now.plus(time);
      return new Timing(now, end, reminders(now, end), time.toSeconds(), 0);
    }

    private static List<Instant> reminders(Instant from, Instant end) {
      Duration time = Duration.between(from, end);
      return List.of(from.plus(time.dividedBy(2)), from.plus(time.multipliedBy(9).dividedBy(10)));
    }

    boolean isReminderDue(Instant lastLook, Instant now) {
      return remindAt.stream().anyMatch(at -> at.isAfter(lastLook) && !at.isAfter(now));
    }

    public boolean mayExtend() {
      return extensions < EXTENSIONS_MAX;
    }

    /** Until the same time, by the same step, with what is left of the extensions. */
    Timing askedAnew(Instant now) {
      return new Timing(now, expiresAt, reminders(now, expiresAt), extensionSeconds, extensions);
    }

    Timing extended(Instant now) {
      Instant end = (expiresAt.isAfter(now) ? expiresAt : now).plusSeconds(extensionSeconds);
      return new Timing(createdAt, end, reminders(now, end), extensionSeconds, extensions + 1);
    }
  }

  /** One approver's yes, while more are needed. */
  public record Vote(String approver, Instant at, String comment) {}

  /**
   * How it ended.
   *
   * @param by who or what closed it
   * @param words the approver's comment, or the reason
   * @param supersededBy the question that took its place
   */
  public record Closing(String by, Instant at, String words, @Nullable String supersededBy) {}

  public Approval {
    votes = List.copyOf(votes);
  }

  public String tool() {
    return action.tool();
  }

  public Instant expiresAt() {
    return timing.expiresAt();
  }

  /** Nobody has closed it: it is open, or parked until somebody extends it. */
  @JsonIgnore
  public boolean isOpen() {
    return state == State.OPEN || state == State.PARKED;
  }

  /** It is asked because the result that would leave is stale. */
  @JsonIgnore
  public boolean isAboutDrift() {
    return grounds.ruleIds().contains(Asking.STALE);
  }

  /** It may still be decided. Time is compared here, never by what a deletion left. */
  public boolean isDecidableAt(Instant now) {
    return state == State.OPEN && now.isBefore(timing.expiresAt());
  }

  /**
   * SHA-256 over all that must not change between the question and the answer: a decision names it,
   * so that nobody can lower the quorum of a question that people have answered.
   */
  public String requestDigest() {
    ObjectNode frozen = Json.object();
    frozen.put("id", id).put("task_id", taskId.value()).put("kind", kind.name());
    frozen.put("iteration", iteration).put("ordinal", ordinal).put("action_key", actionKey);
    frozen.put("created_at", timing.createdAt().toString());
    frozen.set("action", Json.tree(action));
    frozen.set("grounds", Json.tree(grounds));
    frozen.set("source", Json.tree(source));
    frozen.set("terms", Json.tree(terms));
    return CanonicalJson.digest(frozen);
  }

  /** The same question with one more yes. */
  public Approval voted(Vote vote) {
    demand(State.OPEN, "vote on");
    return with(timing, Stream.concat(votes.stream(), Stream.of(vote)).toList(), State.OPEN, null);
  }

  /** The same question without that person's yes. */
  public Approval withdrawn(String approver) {
    demand(State.OPEN, "take a vote out of");
    List<Vote> others = votes.stream().filter(vote -> !vote.approver().equals(approver)).toList();
    return with(timing, others, State.OPEN, null);
  }

  /** The end of an open question. */
  public Approval closed(State as, String by, Instant at, String words) {
    return closed(as, new Closing(by, at, words, null));
  }

  /** The end of a question whose place another one takes. */
  public Approval supersededBy(String other, String by, Instant at, String words) {
    return closed(State.SUPERSEDED, new Closing(by, at, words, other));
  }

  private Approval closed(State as, Closing how) {
    if (!isOpen()) demand(State.OPEN, "close");
    return with(timing, votes, as, how);
  }

  /**
   * The question about an edited action, for the same people or stricter, until the same time.
   * Nobody has answered it: what was said about the unedited action says nothing about this one.
   */
  public Approval edited(
      Tool tool, JsonNode arguments, Judgement judgement, Gate.Ruling.Ask ask, Instant now) {
    String digest = CanonicalJson.digest(arguments);
    String key = LedgerRow.revisedKey(actionKey, digest);
    return new Approval(
        schema,
        key,
        taskId,
        iteration,
        ordinal,
        kind,
        key,
        Asking.frozen(tool, arguments, digest),
        new Grounds(
            judgement.ruleIds(),
            judgement.why(),
            ask.severity().atLeast(grounds.severity()),
            grounds.confidence(),
            grounds.tainted(),
            grounds.evidence(),
            grounds.explanation()),
        source,
        new Terms(terms.group(), terms.quorum().and(ask.quorum()), terms.onExpiry()),
        timing.askedAnew(now),
        List.of(),
        State.OPEN,
        1,
        null);
  }

  /** More time, whether or not it has run out. */
  public Approval extended(Instant now) {
    if (!isOpen()) demand(State.OPEN, "extend");
    return with(timing.extended(now), votes, State.OPEN, null);
  }

  Approval parked() {
    demand(State.OPEN, "park");
    return with(timing, votes, State.PARKED, null);
  }

  Approval voided(Instant at, String why) {
    demand(State.APPROVED, "void");
    return with(timing, votes, State.VOID, new Closing("the loop", at, why, null));
  }

  /** Whether a person's no to exactly this still stands. */
  boolean rejects(String otherTool, String argumentsDigest, Instant now) {
    boolean isNo = state == State.REJECTED || state == State.EXPIRED;
    return isNo
        && closing != null
        && kind == Kind.ACTION
        && action.tool().equals(otherTool)
        && action.argumentsDigest().equals(argumentsDigest)
        && now.isBefore(closing.at().plus(Defaults.REJECTION_STANDS));
  }

  /** A question about an action, or about what became of one, may be open: worth a read. */
  static boolean mayBeOpenIn(Task task) {
    return task.progress().pendingCalls() > 0
        || (task.outcome() != null && task.outcome().reason() == Reason.OUTCOME_UNKNOWN);
  }

  /** When somebody looks at it next, if nobody has to be told again: a reminder, or its expiry. */
  Instant nextLook(Instant after) {
    if (state != State.OPEN) return Instant.MAX;
    return timing.remindAt().stream()
        .filter(at -> at.isAfter(after))
        .min(Instant::compareTo)
        .orElse(timing.expiresAt());
  }

  /** When somebody looks first: whether anybody heard of it. */
  Instant firstLook(Instant now) {
    Instant check = now.plus(Defaults.NOTIFY_CHECK);
    Instant next = nextLook(now);
    return check.isBefore(next) ? check : next;
  }

  /** The earliest look at any of them, or {@code latest} if that comes first. */
  static Instant firstLook(List<Approval> questions, Instant now, Instant latest) {
    return questions.stream()
        .filter(Approval::isOpen)
        .map(each -> each.firstLook(now))
        .filter(latest::isAfter)
        .min(Instant::compareTo)
        .orElse(latest);
  }

  private void demand(State wanted, String deed) {
    if (state != wanted) {
      throw new IllegalStateException(
          "cannot %s approval %s of task %s: it is %s".formatted(deed, id, taskId, state));
    }
  }

  private Approval with(Timing when, List<Vote> given, State changed, @Nullable Closing how) {
    return new Approval(
        schema,
        id,
        taskId,
        iteration,
        ordinal,
        kind,
        actionKey,
        action,
        grounds,
        source,
        terms,
        when,
        given,
        changed,
        version + 1,
        how);
  }
}
