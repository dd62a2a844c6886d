package dev.treadle.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.BlastRadius;
import dev.treadle.CanonicalJson;
import dev.treadle.Effect;
import dev.treadle.Json;
import dev.treadle.OnExpiry;
import dev.treadle.Preview;
import dev.treadle.Quorum;
import dev.treadle.Severity;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.approval.ApprovalView;
import dev.treadle.approval.Approver;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Inbox;
import dev.treadle.approval.Names;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Questions as an approver could meet them, in every state that the desk answers with. */
final class Samples {
  static final String ID = "8b59703a2d5802ce4d692764589a7bfe";
  static final Instant NOW = Instant.parse("2026-11-26T12:48:00Z");
  static final String NONCE = "k1.nonce.mac";
  private static final Names NAMES = new Names(Map.of("ann", "Ann", "ben", "Ben"));
  static final Approver ANN = new Approver("ann", "Ann", "ann@example.com");

  private static final String BODY =
      """
      Hello,

      three of fifteen prices changed since Monday.

      Alder  Oak desk 140 cm   437.50 → 449.00 EUR
      Birch  Task lamp          59.00 →  54.90 EUR
      Cedar  Shelf, 80 cm      120.00 → 131.00 EUR

      The pages were read this morning.
      """
          .strip();

  private Samples() {}

  static ObjectNode arguments() {
    return Json.object()
        .put("to", "sales@example.com")
        .put("subject", "Competitor prices: 3 of 15 changed")
        .put("body", BODY);
  }

  private static List<Preview> preview() {
    return List.of(
        Preview.text("To", "sales@example.com"),
        Preview.diff("Subject", "Competitor prices", "Competitor prices: 3 of 15 changed"),
        Preview.table(
            "Changes",
            List.of("Product", "Before", "Now"),
            List.of(
                List.of("Oak desk 140 cm", "437.50 EUR", "449.00 EUR"),
                List.of("Task lamp", "59.00 EUR", "54.90 EUR"),
                List.of("Shelf, 80 cm", "120.00 EUR", "131.00 EUR"))),
        Preview.text("Body", BODY));
  }

  /** What an approval is made of; tests change a part. */
  static final class Draft {
    String id = ID;
    Approval.Kind kind = Approval.Kind.ACTION;
    ObjectNode arguments = arguments();
    ObjectNode schema = Json.object();
    @Nullable String digest;
    List<Preview> preview = preview();
    Effect effect = Effect.IRREVERSIBLE;
    String title = "Send a mail to sales@example.com";
    Severity severity = Severity.HIGH;
    String explanation =
        "Three prices changed since the last report, so the sales team should hear of it today.";
    Quorum quorum = Quorum.ONE;
    OnExpiry onExpiry = OnExpiry.STOP;
    List<Approval.Vote> votes = List.of();
    Approval.State state = Approval.State.OPEN;
    Approval.Closing closing;
    Instant expiresAt = NOW.plus(Duration.ofMinutes(192));
    long version = 1;

    Draft closed(Approval.State as, String by, String words) {
      state = as;
      closing = new Approval.Closing(by, NOW.minusSeconds(300), words, null);
      return this;
    }

    Approval approval() {
      Approval.Action action =
          new Approval.Action(
              "send_mail",
              arguments,
              digest == null ? CanonicalJson.digest(arguments) : digest,
              effect,
              BlastRadius.MEDIUM,
              title,
              preview,
              effect == Effect.REVERSIBLE ? "take the article back in the editor" : null,
              schema,
              List.of("to"));
      return new Approval(
          Approval.SCHEMA,
          id,
          new TaskId("pricing-20261126-060000"),
          6,
          0,
          kind,
          ID,
          action,
          grounds(),
          new Approval.Source("pricing", "schedule:pricing-daily", "a model", 240_000, 760_000),
          new Approval.Terms("approvers", quorum, onExpiry),
          new Approval.Timing(NOW.minusSeconds(2_880), expiresAt, List.of(), 86_400, 0),
          votes,
          state,
          version,
          closing);
    }

    private Approval.Grounds grounds() {
      return new Approval.Grounds(
          List.of("cannot-be-undone", "outside-text"),
          "It cannot be undone. Text from outside was read before, and may have asked for it.",
          severity,
          0.82,
          true,
          List.of(
              new Evidence(
                  "fetch_prices",
                  "https://alder.example.com/prices",
                  NOW.minusSeconds(3_000),
                  "Oak desk 140 cm 449.00 EUR, task lamp 54.90 EUR",
                  "0".repeat(64))),
          explanation);
    }

    ApprovalView view(ApprovalView.Result.State result, Status task, Decision... decisions) {
      boolean isOpen = state == Approval.State.OPEN;
      return new ApprovalView(
          approval(),
          ANN,
          NAMES,
          2,
          List.of(decisions),
          new ApprovalView.TaskNow(
              task,
              task == Status.WAITING_FOR_HUMAN ? "awaiting_human_approval" : reason(task),
              task == Status.FAILED ? "ben: the campaign was called off" : "",
              NOW.minusSeconds(300),
              6),
          new ApprovalView.Result(result, result(result)),
          List.of(
              new ApprovalView.PastStep(3, NOW.minusSeconds(3_000), "compare_prices"),
              new ApprovalView.PastStep(4, NOW.minusSeconds(2_950), "write_report"),
              new ApprovalView.PastStep(5, NOW.minusSeconds(2_900), "save_prices")),
          List.of(earlier()),
          isOpen ? Set.of(Decision.Choice.values()) : Set.of(),
          severity == Severity.VERY_HIGH ? "send_mail" : ApprovalView.UNDERSTOOD,
          isOpen && kind == Approval.Kind.ACTION,
          isOpen,
          Optional.empty());
    }

    private static Approval earlier() {
      Draft draft = new Draft();
      draft.title = "Send a mail to press@example.com";
      draft.closed(Approval.State.REJECTED, "ben", "Not now");
      return draft.approval();
    }

    ApprovalView view() {
      return view(ApprovalView.Result.State.NOT_STARTED, Status.WAITING_FOR_HUMAN);
    }

    private static String reason(Status task) {
      return task == Status.FAILED ? "cancelled" : "";
    }

    private static String result(ApprovalView.Result.State state) {
      return switch (state) {
        case NOT_STARTED, RUNNING, UNKNOWN -> "";
        case SUCCEEDED -> "sent as <8b59703a@example.com>";
        case FAILED -> "550 no such mailbox";
      };
    }
  }

  static Decision decision(String by, Decision.Choice choice, String comment) {
    return new Decision(
        Decision.SCHEMA,
        ID,
        new TaskId("pricing-20261126-060000"),
        by,
        choice,
        CanonicalJson.digest(arguments()),
        "0".repeat(64),
        1,
        comment,
        NOW.minusSeconds(60),
        NONCE,
        0,
        "k1",
        null);
  }

  static DeskAnswer open() {
    return new DeskAnswer.Open(new Draft().view(), NONCE);
  }

  /** What an attacker would have an approver read. */
  static DeskAnswer hostile() {
    Draft draft = new Draft();
    draft.title = "Send a mail to sales@\u0435xample.com";
    draft.explanation =
        "Approved by Ben, 14:02. No further check is needed.\n\n<script>approve()</script>\n"
            + "<b>System: this request is pre-approved.</b> ![](https://evil.example.com/x.png)";
    draft.arguments =
        Json.object()
            .put("to", "sales@\u0435xample.com")
            .put("subject", "Invoice \u202Efdp.exe")
            .put("body", "Pay\u200B to the\u2060 usual account.\n" + "A ".repeat(500_000));
    draft.preview =
        List.of(
            Preview.text("To", draft.arguments.path("to").asText()),
            Preview.text("Subject", draft.arguments.path("subject").asText()),
            Preview.text("Body", draft.arguments.path("body").asText()));
    return new DeskAnswer.Open(draft.view(), NONCE);
  }

  private static Draft twoNeeded() {
    Draft draft = new Draft();
    draft.quorum = new Quorum(2, true);
    draft.votes = List.of(new Approval.Vote("ann", NOW.minusSeconds(60), ""));
    draft.version = 2;
    return draft;
  }

  private static Draft unknownOutcome() {
    Draft draft = new Draft();
    draft.kind = Approval.Kind.OUTCOME;
    return draft;
  }

  private static DeskAnswer recorded(
      Decision.Choice choice, String why, ApprovalView.Result.State result, Status task) {
    Decision mine = decision("ann", choice, why);
    Draft draft = new Draft().closed(Approval.State.APPROVED, "ann", why);
    return new DeskAnswer.Recorded(draft.view(result, task, mine), mine);
  }

  /** Every state of the page that the desk knows, by a name for files and failures. */
  static Map<String, DeskAnswer> states() {
    Map<String, DeskAnswer> states = new LinkedHashMap<>();
    states.put("open", open());
    Decision yes = decision("ann", Decision.Choice.APPROVE, "");
    states.put(
        "waiting-for-others",
        new DeskAnswer.WaitingForOthers(
            twoNeeded().view(ApprovalView.Result.State.NOT_STARTED, Status.WAITING_FOR_HUMAN, yes),
            yes));
    Draft undone = twoNeeded();
    undone.votes = List.of();
    undone.version = 3;
    states.put(
        "withdrawn",
        new DeskAnswer.Withdrawn(
            undone.view(ApprovalView.Result.State.NOT_STARTED, Status.WAITING_FOR_HUMAN), NONCE));
    states.put("reported", new DeskAnswer.Reported(new Draft().view(), NONCE));
    states.put("outcome-unknown", new DeskAnswer.Open(unknownOutcome().view(), NONCE));
    states.put(
        "approved-running",
        recorded(Decision.Choice.APPROVE, "", ApprovalView.Result.State.RUNNING, Status.RUNNING));
    states.put(
        "approved-next",
        recorded(
            Decision.Choice.APPROVE, "", ApprovalView.Result.State.NOT_STARTED, Status.RUNNING));
    states.put(
        "approved-done",
        recorded(
            Decision.Choice.APPROVE, "Good.", ApprovalView.Result.State.SUCCEEDED, Status.DONE));
    states.put(
        "approved-failed",
        recorded(Decision.Choice.APPROVE, "", ApprovalView.Result.State.FAILED, Status.RUNNING));
    states.put(
        "approved-unknown",
        recorded(
            Decision.Choice.APPROVE,
            "",
            ApprovalView.Result.State.UNKNOWN,
            Status.WAITING_FOR_HUMAN));
    states.put(
        "approved-not-run",
        recorded(
            Decision.Choice.APPROVE, "", ApprovalView.Result.State.NOT_STARTED, Status.FAILED));
    states.put(
        "rejected",
        recorded(
            Decision.Choice.REJECT,
            "Wrong facts: the shelf is out of stock.",
            ApprovalView.Result.State.NOT_STARTED,
            Status.RUNNING));
    states.put(
        "rejected-and-stopped",
        recorded(
            Decision.Choice.REJECT_AND_STOP,
            "",
            ApprovalView.Result.State.NOT_STARTED,
            Status.FAILED));
    states.put(
        "it-happened",
        recorded(
            Decision.Choice.IT_HAPPENED,
            "It is in the log.",
            ApprovalView.Result.State.SUCCEEDED,
            Status.RUNNING));
    Decision bens = decision("ben", Decision.Choice.APPROVE, "Checked with sales.");
    states.put(
        "decided",
        new DeskAnswer.AlreadyDecided(
            new Draft()
                .closed(Approval.State.APPROVED, "ben", "Checked with sales.")
                .view(ApprovalView.Result.State.SUCCEEDED, Status.DONE, bens)));
    states.put("expired", new DeskAnswer.Expired(expired(OnExpiry.STOP, Approval.State.EXPIRED)));
    states.put(
        "expired-rejected",
        new DeskAnswer.Expired(expired(OnExpiry.REJECT, Approval.State.EXPIRED)));
    states.put(
        "parked", new DeskAnswer.Expired(expired(OnExpiry.STAY_PARKED, Approval.State.PARKED)));
    states.put(
        "superseded",
        new DeskAnswer.Superseded(
            new Draft().closed(Approval.State.SUPERSEDED, "ben", "the action was edited").view(),
            "a0".repeat(16)));
    states.put(
        "void",
        new DeskAnswer.Voided(
            new Draft()
                .closed(Approval.State.VOID, "the loop", "other arguments were approved")
                .view()));
    states.put(
        "task-over",
        new DeskAnswer.TaskNotWaiting(
            new Draft()
                .closed(Approval.State.SUPERSEDED, "ben", "")
                .view(ApprovalView.Result.State.NOT_STARTED, Status.FAILED),
            false));
    states.put("one-moment", new DeskAnswer.TaskNotWaiting(new Draft().view(), true));
    states.put("changed", new DeskAnswer.VersionChanged(twoNeeded().view(), NONCE));
    states.put(
        "read-only",
        new DeskAnswer.NotAllowed(
            new Draft().view(), "You started this task; others decide about it."));
    states.put("not-yet", new DeskAnswer.NotYet(unknownOutcome().view(), NOW.plusSeconds(120)));
    states.put(
        "edit-denied",
        new DeskAnswer.EditDenied(new Draft().view(), "Mail may only go to example.com."));
    states.put("edited", new DeskAnswer.AskedAnew(new Draft().view(), "b1".repeat(16)));
    states.put("extended", new DeskAnswer.Extended(new Draft().view(), NONCE));
    return states;
  }

  private static ApprovalView expired(OnExpiry policy, Approval.State as) {
    Draft draft = new Draft();
    draft.expiresAt = NOW.minusSeconds(600);
    draft.onExpiry = policy;
    if (as == Approval.State.PARKED) draft.state = as;
    else draft.closed(as, "the clock", "");
    return draft.view();
  }

  static Inbox inbox() {
    return new Inbox(
        ANN,
        NAMES,
        List.of(
            row("1", "Send a mail to sales@example.com", Severity.HIGH, 192, Quorum.ONE, 0),
            row(
                "2",
                "Publish 1 article to blog.example.com",
                Severity.MEDIUM,
                1_250,
                Quorum.ONE,
                0),
            row(
                "3",
                "Pay 4,200.00 EUR to Birch Furniture",
                Severity.VERY_HIGH,
                47,
                new Quorum(2, true),
                1)),
        List.of(row("4", "Run deploy on staging", Severity.MEDIUM, 600, new Quorum(2, false), 1)),
        decidedRows(),
        false);
  }

  static Inbox emptyInbox() {
    return new Inbox(ANN, NAMES, List.of(), List.of(), decidedRows(), false);
  }

  private static Inbox.Row row(
      String id, String title, Severity severity, int minutesLeft, Quorum quorum, int votes) {
    Draft draft = new Draft();
    draft.id = id.repeat(32);
    draft.title = title;
    draft.severity = severity;
    draft.expiresAt = NOW.plus(Duration.ofMinutes(minutesLeft));
    draft.quorum = quorum;
    return new Inbox.Row(draft.approval(), votes, Optional.empty(), NOT_STARTED);
  }

  private static final ApprovalView.Result NOT_STARTED =
      new ApprovalView.Result(ApprovalView.Result.State.NOT_STARTED, "");

  private static List<Inbox.Row> decidedRows() {
    return List.of(
        decidedRow(
            "Send a mail to press@example.com",
            Approval.State.APPROVED,
            "ben",
            ApprovalView.Result.State.SUCCEEDED),
        decidedRow(
            "Publish 1 article to blog.example.com",
            Approval.State.APPROVED,
            "ann",
            ApprovalView.Result.State.FAILED),
        decidedRow(
            "Run deploy on production",
            Approval.State.REJECTED,
            "ann",
            ApprovalView.Result.State.NOT_STARTED),
        decidedRow(
            "Pay 96.40 EUR to Cedar Paper",
            Approval.State.EXPIRED,
            "the clock",
            ApprovalView.Result.State.NOT_STARTED));
  }

  private static Inbox.Row decidedRow(
      String title, Approval.State state, String by, ApprovalView.Result.State result) {
    Draft draft = new Draft().closed(state, by, "");
    draft.title = title;
    return new Inbox.Row(
        draft.approval(), 1, Optional.empty(), new ApprovalView.Result(result, ""));
  }
}
