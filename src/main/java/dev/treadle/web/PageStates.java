package dev.treadle.web;

import dev.treadle.Status;
import dev.treadle.approval.ApprovalView;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What each answer of the desk looks like. */
final class PageStates {
  private static final String CALM = "calm";
  private static final String GOOD = "good";
  private static final String WARN = "warn";
  private static final String BAD = "bad";
  private static final int POLL_SECONDS = 2;

  private PageStates() {}

  /**
   * Who reads.
   *
   * @param shown what their page said before
   * @param isSignedIn known by more than a link, and so free to go to other pages
   */
  record Reader(Shown shown, boolean isSignedIn) {}

  /** The state of an answer that shows a question; empty for one that shows nothing. */
  static Optional<PageState> of(DeskAnswer answer, Reader reader) {
    return Optional.ofNullable(
        switch (answer) {
          case DeskAnswer.Open(var view, var nonce) -> open(view, nonce);
          case DeskAnswer.Recorded(var view, var decision) -> recorded(view, decision);
          case DeskAnswer.WaitingForOthers(var view, var decision) -> waiting(view, decision);
          case DeskAnswer.Withdrawn(var view, var nonce) -> withdrawn(view, nonce);
          case DeskAnswer.Reported(var view, var nonce) -> reported(view, nonce);
          case DeskAnswer.AlreadyDecided(var view) -> alreadyDecided(view);
          case DeskAnswer.Expired(var view) -> expired(view);
          case DeskAnswer.Superseded(var view, var by) -> superseded(view, by, reader);
          case DeskAnswer.Voided(var view) -> voided(view);
          case DeskAnswer.TaskNotWaiting(var view, var again) -> notWaiting(view, again);
          case DeskAnswer.VersionChanged(var view, var nonce) ->
              changed(view, nonce, reader.shown());
          case DeskAnswer.NotAllowed(var _, var why) -> notAllowed(why);
          case DeskAnswer.NotYet(var _, var until) -> notYet(until);
          case DeskAnswer.EditDenied(var _, var why) -> editDenied(why);
          case DeskAnswer.AskedAnew(var view, var anew) -> askedAnew(view, anew, reader);
          case DeskAnswer.Extended(var view, var nonce) -> extended(view, nonce);
          case DeskAnswer.Invalid _,
              DeskAnswer.Unknown _,
              DeskAnswer.TooManyAttempts _,
              DeskAnswer.StoreUnavailable _ ->
              null;
        });
  }

  private static PageState open(ApprovalView view, String nonce) {
    return switch (view.approval().kind()) {
      case ACTION -> PageState.open("Open", nonce);
      case OUTCOME ->
          PageState.open("Outcome unknown", nonce)
              .saying(
                  notice(
                      WARN,
                      "We do not know if this happened",
                      "The action was started, and its answer never arrived. It is not tried again"
                          + " by itself.",
                      "Look at the other side, and then say what you found."));
    };
  }

  private static PageState recorded(ApprovalView view, Decision decision) {
    String title = "You %s,".formatted(Choices.past(decision.choice()));
    PageState state =
        switch (decision.choice()) {
          case APPROVE, RUN_IT ->
              PageState.closed("RECORDED", 200, 201, word(decision), result(view, title));
          case REJECT, REJECT_AND_STOP, WITHDRAW, IT_HAPPENED, STOP ->
              PageState.closed(
                  "RECORDED", 200, 201, word(decision), refused(view, decision, title));
        };
    PageState timed = state.saying(state.notice().orElseThrow().at(decision.decidedAt()));
    return isMoving(view, decision) ? timed.polling(POLL_SECONDS) : timed;
  }

  private static String word(Decision decision) {
    return switch (decision.choice()) {
      case APPROVE -> "Approved";
      case REJECT, REJECT_AND_STOP -> "Rejected";
      case WITHDRAW, IT_HAPPENED, RUN_IT, STOP -> "Answered";
    };
  }

  private static boolean isMoving(ApprovalView view, Decision decision) {
    boolean mayRun =
        decision.choice() == Decision.Choice.APPROVE || decision.choice() == Decision.Choice.RUN_IT;
    return mayRun
        && switch (view.result().state()) {
          case NOT_STARTED -> !view.task().status().isTerminal();
          case RUNNING -> true;
          case SUCCEEDED, FAILED, UNKNOWN -> false;
        };
  }

  /** What became of an action that may run. */
  private static Sheet.Notice result(ApprovalView view, String title) {
    String text = view.result().text();
    return switch (view.result().state()) {
      case NOT_STARTED ->
          view.task().status().isTerminal()
              ? notice(WARN, title, "It was not run: the task is " + standing(view) + ".")
              : notice(GOOD, title, "It runs next. This page follows it.");
      case RUNNING -> notice(GOOD, title, "It is running now. This page follows it.");
      case SUCCEEDED -> notice(GOOD, title, "Done.", text);
      case FAILED -> notice(BAD, title, "Approved, but the action failed:", text);
      case UNKNOWN ->
          notice(
              WARN,
              title,
              "It was started, and nobody knows whether it happened.",
              "You or somebody else will be asked what happened.");
    };
  }

  private static Sheet.Notice refused(ApprovalView view, Decision decision, String title) {
    String next =
        view.task().status().isTerminal()
            ? "The task is " + standing(view) + "."
            : "The agent goes on and hears what you wrote.";
    return decision.comment().isBlank()
        ? notice(CALM, title, next)
        : notice(CALM, title, "“" + decision.comment() + "”", next);
  }

  private static PageState waiting(ApprovalView view, Decision decision) {
    int needed = view.approval().terms().quorum().needed();
    return PageState.closed(
            "WAITING_FOR_OTHERS",
            200,
            201,
            "Waiting for others",
            notice(
                GOOD,
                "Your approval is recorded (%d of %d)"
                    .formatted(view.approval().votes().size(), needed),
                decision.comment().isBlank() ? "" : "“" + decision.comment() + "”",
                "Nothing runs before all have approved."))
        .polling(5 * POLL_SECONDS);
  }

  private static PageState withdrawn(ApprovalView view, String nonce) {
    Sheet.Notice notice =
        notice(
            CALM,
            "You took your approval back",
            "It does not count any more, and nothing was done.");
    return view.choices().isEmpty()
        ? PageState.closed("WITHDRAWN", 200, 200, "Taken back", notice)
        : new PageState(
            "WITHDRAWN", 200, 200, "Taken back", Optional.of(notice), Optional.of(nonce), 0);
  }

  private static PageState reported(ApprovalView view, String nonce) {
    Sheet.Notice notice =
        notice(
            CALM,
            "Your report is recorded",
            "Whoever looks after the task hears of it. The request is as it was: to keep the action"
                + " from running, reject it.");
    return view.choices().isEmpty()
        ? PageState.closed("REPORTED", 200, 200, "Reported", notice)
        : new PageState(
            "REPORTED", 200, 200, "Reported", Optional.of(notice), Optional.of(nonce), 0);
  }

  private static PageState alreadyDecided(ApprovalView view) {
    Approval.Closing closing = view.approval().closing();
    List<String> lines = new ArrayList<>();
    if (closing != null && !closing.words().isBlank()) lines.add("“" + closing.words() + "”");
    if (view.approval().state() == Approval.State.APPROVED) {
      lines.addAll(resultLines(view));
    }
    String title =
        closing == null
            ? "This was decided"
            : "%s %s this,"
                .formatted(
                    view.names().of(closing.by()),
                    view.approval().state() == Approval.State.APPROVED ? "approved" : "answered");
    Sheet.Notice notice = notice(CALM, title, lines.toArray(String[]::new));
    PageState state =
        PageState.closed(
            "ALREADY_DECIDED",
            200,
            409,
            "Decided",
            closing == null ? notice : notice.at(closing.at()));
    boolean isMoving = view.result().state() == ApprovalView.Result.State.RUNNING;
    return isMoving ? state.polling(POLL_SECONDS) : state;
  }

  private static List<String> resultLines(ApprovalView view) {
    return result(view, "").lines().stream().map(PageStates::whole).toList();
  }

  private static String whole(Legible line) {
    StringBuilder text = new StringBuilder();
    line.head().forEach(piece -> text.append(piece.text()));
    return text.toString();
  }

  private static PageState expired(ApprovalView view) {
    String effect =
        switch (view.approval().terms().onExpiry()) {
          case STOP -> "It was not done, and the task stopped.";
          case REJECT -> "It was not done. The agent heard so and went on.";
          case STAY_PARKED -> "It was not done. The task still waits.";
        };
    String next =
        view.mayExtend()
            ? "You may give it more time; then it can be decided."
            : "If it is still wanted, ask whoever started the task for a new request.";
    return PageState.closed(
        "EXPIRED",
        410,
        410,
        "Expired",
        notice(CALM, "Nobody answered before", effect, next).at(view.approval().expiresAt()));
  }

  private static PageState superseded(ApprovalView view, String by, Reader reader) {
    Approval.Closing closing = view.approval().closing();
    String why = closing == null ? "" : closing.words();
    Sheet.Notice notice =
        notice(
            CALM,
            "Another request took the place of this one",
            why,
            by.isEmpty() ? "Nothing is left to decide." : "The new one has a message of its own.");
    return PageState.closed("SUPERSEDED", 200, 409, "Superseded", to(by, view, notice, reader));
  }

  /** A link carries its reader to one request only; whoever signed in may go on to another. */
  private static Sheet.Notice to(
      String approvalId, ApprovalView view, Sheet.Notice notice, Reader reader) {
    return approvalId.isEmpty() || !reader.isSignedIn()
        ? notice
        : notice.leadingTo(
            "/approvals/" + approvalId + "?task=" + view.approval().taskId().value(),
            "Open the new request");
  }

  private static PageState voided(ApprovalView view) {
    Approval.Closing closing = view.approval().closing();
    return PageState.closed(
        "VOID",
        200,
        409,
        "Void",
        notice(
            BAD,
            "The decision did not fit the action, and nothing was done",
            closing == null ? "" : closing.words(),
            "This is never supposed to happen. Tell whoever operates Treadle."));
  }

  private static PageState notWaiting(ApprovalView view, boolean tryAgain) {
    return tryAgain
        ? PageState.closed(
                "TASK_NOT_WAITING",
                200,
                409,
                "One moment",
                notice(
                    CALM, "The task is busy with another step", "It can be decided in a moment."))
            .polling(POLL_SECONDS)
        : PageState.closed(
            "TASK_NOT_WAITING",
            200,
            409,
            "Task over",
            notice(
                    CALM,
                    "The task is " + standing(view) + ", since",
                    view.task().detail(),
                    "Nothing is left to decide.")
                .at(view.task().since()));
  }

  private static PageState changed(ApprovalView view, String nonce, Shown shown) {
    PageState state = open(view, nonce);
    Sheet.Notice notice =
        new Sheet.Notice(
            WARN,
            "This request changed while you looked",
            Optional.empty(),
            List.of(
                Legible.of(
                    "Nothing was recorded. Below is how it stands now: read it again, then"
                        + " decide.")),
            changes(view.approval(), shown),
            Optional.of(new Sheet.Destination("#action", "Review again")));
    return new PageState(
        "VERSION_CHANGED", 200, 409, "Changed", Optional.of(notice), state.nonce(), 0);
  }

  /** All that can change in an open request: the action in it is frozen. */
  private static List<Sheet.Change> changes(Approval approval, Shown shown) {
    List<Sheet.Change> changes = new ArrayList<>();
    shown
        .deadline()
        .filter(was -> !was.equals(approval.expiresAt()))
        .ifPresent(was ->
            changes.add(
                new Sheet.Change("Deadline", Times.of(was), Times.of(approval.expiresAt()))));
    int needed = approval.terms().quorum().needed();
    shown
        .votes()
        .filter(was -> was != approval.votes().size())
        .ifPresent(was ->
            changes.add(
                new Sheet.Change(
                    "Approvals",
                    was + " of " + needed,
                    approval.votes().size() + " of " + needed)));
    return changes;
  }

  private static PageState notAllowed(String why) {
    return PageState.closed(
        "NOT_ALLOWED",
        403,
        403,
        "Read only",
        notice(CALM, "You may read this, but not decide it", why));
  }

  private static PageState notYet(Instant until) {
    return PageState.closed(
        "NOT_YET",
        200,
        409,
        "Not yet",
        notice(
                WARN,
                "Too early to say. Answer after",
                "A worker may still be in the middle of it. Nothing was recorded.")
            .at(until));
  }

  private static PageState editDenied(String why) {
    return PageState.closed(
        "EDIT_DENIED",
        200,
        422,
        "Not recorded",
        notice(BAD, "The rules do not allow this change", why, "Nothing was recorded."));
  }

  private static PageState extended(ApprovalView view, String nonce) {
    return open(view, nonce)
        .saying(
            notice(GOOD, "There is more time, until", "The others who are asked see it too.")
                .at(view.approval().expiresAt()));
  }

  private static PageState askedAnew(ApprovalView view, String anew, Reader reader) {
    Sheet.Notice notice =
        notice(
            CALM,
            "Your change became a request of its own",
            "The changed action weighs more, or needs others too. People are asked about it anew.",
            "It has a message of its own; nothing was done yet.");
    return PageState.closed("ASKED_ANEW", 200, 201, "Asked anew", to(anew, view, notice, reader));
  }

  private static String standing(ApprovalView view) {
    Status status = view.task().status();
    String reason = view.task().reason().replace('_', ' ');
    return status.wireName().replace('_', ' ') + (reason.isEmpty() ? "" : " (" + reason + ")");
  }

  private static Sheet.Notice notice(String tone, String title, String... lines) {
    List<Legible> shown = new ArrayList<>();
    for (String line : lines) {
      if (!line.isBlank()) shown.add(Legible.of(line));
    }
    return Sheet.Notice.of(tone, Legible.plain(title), shown);
  }
}
