package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.BlastRadius;
import dev.treadle.CanonicalJson;
import dev.treadle.ContextSummary;
import dev.treadle.Earlier;
import dev.treadle.Effect;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.OnExpiry;
import dev.treadle.Outcome;
import dev.treadle.Preview;
import dev.treadle.ProgressWindow;
import dev.treadle.Quorum;
import dev.treadle.Reason;
import dev.treadle.Reserve;
import dev.treadle.SeriesKey;
import dev.treadle.Severity;
import dev.treadle.TaskId;
import dev.treadle.Turn;
import dev.treadle.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Documents as the loop would store them. */
final class StoreSamples {
  /** With all the digits that a clock may give. */
  static final Instant NOW = Instant.parse("2026-01-05T10:00:30.123456789Z");

  static final Limits LIMITS = Limits.DEFAULT;
  static final Reserve RESERVE = new Reserve(1_000, 500);
  static final Outcome WAITS = new Outcome(Reason.AWAITING_HUMAN_APPROVAL, "1 call waits");

  static final Evidence EVIDENCE =
      new Evidence("search", "https://example.com/prices", NOW, "found", "e".repeat(64));

  private StoreSamples() {}

  static NewTask newTask(TaskId id) {
    return newTask(id, LIMITS);
  }

  static NewTask newTask(TaskId id, Limits limits) {
    Task.Origin origin = new Task.Origin("tests", NOW, null);
    Task task = Task.start(id, "pricing", origin, limits, RESERVE, NOW);
    return new NewTask(task, input(id, limits), List.of());
  }

  static TaskInput input(TaskId id, Limits limits) {
    return input(id, limits, Json.object().put("product", "Büroklammer 🖇").put("price", 100.50));
  }

  static TaskInput input(TaskId id, Limits limits, JsonNode data) {
    return new TaskInput(
        TaskInput.SCHEMA,
        id,
        data,
        CanonicalJson.digest(data),
        new SeriesKey("morning"),
        "a".repeat(64),
        "Find the price.",
        "some-model",
        limits,
        List.of(),
        Json.object().put("type", "object"),
        Map.of("search", "b".repeat(64)),
        null,
        false);
  }

  private static final ContextSummary SUMMARY =
      new ContextSummary(
          "find the price",
          List.of(new ContextSummary.Fact("north sells at 3", "search")),
          List.of("north is read first"),
          List.of("south"),
          List.of());

  static Lease lease(String token, Instant now) {
    return new Lease(token, now.plus(Defaults.LEASE));
  }

  static Task next(Task claimed, Instant now) {
    return claimed.advanced(new Usage(10, 20, 30), 1, RESERVE, false, 3, now);
  }

  static JournalItem.Entry entry(Task claimed, String previous) {
    return new JournalItem.Entry(
        JournalItem.SCHEMA,
        claimed.id(),
        claimed.iteration(),
        NOW,
        NOW.minusSeconds(4),
        1,
        "gather",
        Json.object().put("text", "I search.\n\"Now\" 🔎").put("score", 0.1).put("grains", 1e20),
        List.of(
            new JournalItem.CallEntry(
                "call-1",
                "search",
                "c".repeat(64),
                "d".repeat(32),
                JournalItem.CallEntry.Result.SUCCEEDED,
                "found",
                "e".repeat(64),
                3,
                "https://example.com/prices",
                true)),
        Json.object().putNull("gone").put("seen", 3),
        0.75,
        new Usage(10, 20, 30),
        List.of("search: timeout"),
        List.of("3 iterations are left"),
        WAITS,
        "a gate suspends the task",
        Json.object().put("price", 12_345_678_901L),
        new JournalItem.Summary(4, SUMMARY, null),
        previous);
  }

  static JournalItem.Entry bareEntry(Task claimed) {
    return new JournalItem.Entry(
        JournalItem.SCHEMA,
        claimed.id(),
        claimed.iteration(),
        NOW,
        null,
        1,
        null,
        null,
        List.of(),
        Json.object(),
        null,
        Usage.NONE,
        List.of(),
        List.of(),
        null,
        null,
        null,
        null,
        "");
  }

  static JournalItem.Answer answer(Task claimed, String text) {
    return new JournalItem.Answer(
        JournalItem.SCHEMA, claimed.id(), claimed.iteration(), Json.object().put("text", text));
  }

  static JournalItem.Note note(Task task) {
    return new JournalItem.Note(
        JournalItem.SCHEMA,
        task.id(),
        task.iteration(),
        task.version() + 1,
        NOW,
        "retried",
        "the loop",
        "429",
        "f".repeat(64));
  }

  static JournalItem.Snapshot snapshot(Task claimed) {
    return snapshot(claimed, "3");
  }

  static JournalItem.Snapshot snapshot(Task claimed, String seen) {
    History history =
        new History(
            claimed.iteration(),
            Json.object().put("seen", seen),
            new Earlier(4, Json.object().put("seen", 1), Optional.of(SUMMARY), 9),
            List.of(
                new Turn(
                    1,
                    Json.object().put("text", "I search."),
                    List.of(new Turn.CallReply("call-1", "search", false, false, "found")),
                    List.of(),
                    List.of(Json.object().put("seen", 3)),
                    1_234)),
            List.of(new History.Pending("call-2", "mail", "d".repeat(32))),
            new ProgressWindow(
                List.of(new ProgressWindow.Seen("search", "c", "e", false, 0)), List.of("x"), 1),
            0.75,
            true,
            List.of(EVIDENCE),
            0,
            0);
    return new JournalItem.Snapshot(JournalItem.SCHEMA, claimed.id(), claimed.iteration(), history);
  }

  /** A planned call of a tool that is not read-only. */
  static LedgerRow planned(Task claimed, int ordinal) {
    JsonNode arguments = Json.object().put("to", "a@example.org").put("amount", 100.0);
    return new LedgerRow(
        1,
        claimed.id(),
        LedgerRow.key(claimed.id(), claimed.iteration(), "mail", ordinal),
        claimed.iteration(),
        ordinal,
        "call-" + ordinal,
        "mail",
        arguments,
        CanonicalJson.digest(arguments),
        LedgerRow.State.PLANNED,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  static LedgerRow started(LedgerRow row, Task mine) {
    Lease lease = Optional.ofNullable(mine.lease()).orElseThrow();
    return row.startedBy(lease, NOW, lease.until());
  }

  static LedgerRow succeeded(LedgerRow started) {
    return started.settled(LedgerRow.State.SUCCEEDED, Json.object().put("sent", true));
  }

  static Approval approval(LedgerRow row, Instant createdAt) {
    return new Approval(
        Approval.SCHEMA,
        row.key(),
        row.taskId(),
        row.iteration(),
        row.ordinal(),
        Approval.Kind.ACTION,
        row.key(),
        new Approval.Action(
            row.tool(),
            row.arguments(),
            row.argumentsDigest(),
            Effect.IRREVERSIBLE,
            BlastRadius.MEDIUM,
            "Send a mail to a@example.org",
            List.of(Preview.text("Body", "100.0 €")),
            null,
            Json.object().put("type", "object"),
            List.of("to")),
        new Approval.Grounds(
            List.of("cannot-be-undone"),
            "It cannot be undone.",
            Severity.MEDIUM,
            0.5,
            true,
            List.of(EVIDENCE),
            "They asked for it."),
        new Approval.Source("pricing", "schedule:morning", "some-model", 1_200, 4_998_800),
        new Approval.Terms("approvers", new Quorum(2, true), OnExpiry.STAY_PARKED),
        Approval.Timing.from(createdAt, LIMITS.approvalExpiry()),
        List.of(new Approval.Vote("bob", createdAt.plusSeconds(60), "fine")),
        Approval.State.OPEN,
        2,
        null);
  }

  static Decision withdrawal(Decision approved) {
    return new Decision(
        Decision.SCHEMA,
        approved.approvalId(),
        approved.taskId(),
        approved.approver(),
        Decision.Choice.WITHDRAW,
        approved.argumentsDigest(),
        approved.requestDigest(),
        approved.approvalVersion() + 1,
        "",
        NOW.plusSeconds(1),
        approved.nonce(),
        approved.ordinal() + 1,
        "k1",
        "a signature");
  }

  static Decision decision(Approval approval, String approver) {
    return new Decision(
        Decision.SCHEMA,
        approval.id(),
        approval.taskId(),
        approver,
        Decision.Choice.APPROVE,
        approval.action().argumentsDigest(),
        approval.requestDigest(),
        approval.version(),
        "fine",
        NOW,
        "a nonce",
        0,
        "k1",
        "a signature");
  }

  static Notification notification(Approval approval, @Nullable Instant notifiedAt) {
    return new Notification(
        Notification.SCHEMA,
        approval.taskId(),
        approval.id(),
        notifiedAt,
        1,
        notifiedAt == null ? "mail.example.com: no answer" : null,
        List.of());
  }
}
