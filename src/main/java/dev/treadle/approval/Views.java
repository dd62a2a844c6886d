package dev.treadle.approval;

import dev.treadle.Effect;
import dev.treadle.Outcome;
import dev.treadle.Severity;
import dev.treadle.ShortText;
import dev.treadle.TaskId;
import dev.treadle.approval.ApprovalView.PastStep;
import dev.treadle.approval.ApprovalView.Result;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.JournalItem.CallEntry;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Notification;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what a person may see of a question. */
final class Views {
  private static final int PAST_STEPS = 5;
  private static final int EARLIER_MAX = 5;
  private static final int RESULT_BYTES_MAX = 4_000;
  private final TaskStore store;
  private final Approvers approvers;

  Views(TaskStore store, Approvers approvers) {
    this.store = store;
    this.approvers = approvers;
  }

  /** Empty when there is no such question, or nobody of this id may be asked anything. */
  Optional<Reading> read(Entrance.Admitted who, String approvalId) {
    TaskId taskId = who.taskId();
    String approverId = who.approverId();
    // The head's version guards what is written about the question: read after the question, it
    // would vouch for one that somebody has answered or edited in between.
    Optional<Task> task = store.find(taskId);
    Optional<Approval> approval = store.approval(taskId, approvalId);
    if (approval.isEmpty() || task.isEmpty()) return Optional.empty();
    return approvers
        .member(approval.get().terms().group(), approverId)
        .or(() -> approvers.find(approverId))
        .map(viewer -> reading(task.get(), approval.get(), viewer));
  }

  Names names() {
    return approvers.names();
  }

  /** Empty when the person is not of the group that is asked. */
  Optional<Reading> read(Task task, Approval approval, Approver person) {
    return approvers
        .member(approval.terms().group(), person.id())
        .map(viewer -> reading(task, approval, viewer));
  }

  private Reading reading(Task task, Approval approval, Approver viewer) {
    boolean isMember = approvers.member(approval.terms().group(), viewer.id()).isPresent();
    List<Decision> decisions =
        store.decisions(approval.id()).stream()
            .sorted(Comparator.comparing(Decision::decidedAt))
            .toList();
    return new Reading(task, approval, viewer, decisions, isMember);
  }

  ApprovalView of(Reading reading, Instant now) {
    Approval approval = reading.approval();
    boolean isOpen = approval.isDecidableAt(now) && reading.mine().isEmpty();
    boolean mayDecide = isOpen && reading.mayDecide();
    return new ApprovalView(
        approval,
        reading.viewer(),
        approvers.names(),
        askedPeople(approval),
        reading.decisions(),
        taskNow(reading.task()),
        result(approval),
        before(reading.task()),
        earlier(approval),
        mayDecide ? choices(approval) : Set.of(),
        requiredConfirmation(approval),
        mayDecide && approval.kind() == Approval.Kind.ACTION,
        reading.mayDecide() && approval.isOpen() && approval.timing().mayExtend(),
        notification(approval));
  }

  private int askedPeople(Approval approval) {
    boolean excludes = approval.terms().quorum().excludesRequester();
    return (int)
        approvers.group(approval.terms().group()).stream()
            .filter(each -> !excludes || !Requester.is(approval.source().requester(), each.id()))
            .count();
  }

  private static ApprovalView.TaskNow taskNow(Task task) {
    Outcome outcome = task.outcome();
    return new ApprovalView.TaskNow(
        task.status(),
        outcome == null ? "" : outcome.reason().wireName(),
        outcome == null ? "" : outcome.detail(),
        task.since(),
        task.iteration());
  }

  Result result(Approval approval) {
    Optional<LedgerRow> row =
        store.rows(approval.taskId(), List.of(approval.actionKey())).stream().findFirst();
    String text =
        row.map(LedgerRow::result)
            .map(output -> output.isTextual() ? output.textValue() : output.toString())
            .map(output -> ShortText.of(output, RESULT_BYTES_MAX))
            .orElse("");
    return row.map(LedgerRow::state)
        .map(state ->
            switch (state) {
              case PLANNED -> new Result(Result.State.NOT_STARTED, "");
              case STARTED -> new Result(Result.State.RUNNING, "");
              case SUCCEEDED -> new Result(Result.State.SUCCEEDED, text);
              case FAILED -> new Result(Result.State.FAILED, text);
              case UNKNOWN -> new Result(Result.State.UNKNOWN, "");
            })
        .orElseGet(() -> new Result(Result.State.NOT_STARTED, ""));
  }

  private List<PastStep> before(Task task) {
    String from = JournalItem.firstKey(Math.max(1, task.iteration() - PAST_STEPS));
    List<PastStep> steps = new ArrayList<>();
    for (JournalItem item : store.journal(task.id(), from)) {
      if (item instanceof JournalItem.Entry entry) {
        steps.add(new PastStep(entry.iteration(), entry.at(), words(entry)));
      }
    }
    return steps.subList(Math.max(0, steps.size() - PAST_STEPS), steps.size());
  }

  private List<Approval> earlier(Approval approval) {
    List<Approval> decided =
        store.approvals(approval.taskId()).stream()
            .filter(each -> !each.isOpen() && !each.id().equals(approval.id()))
            .filter(each -> each.timing().createdAt().isBefore(approval.timing().createdAt()))
            .sorted(Comparator.comparing(each -> each.timing().createdAt()))
            .toList();
    return decided.subList(Math.max(0, decided.size() - EARLIER_MAX), decided.size());
  }

  private static String words(JournalItem.Entry entry) {
    if (entry.calls().isEmpty()) return entry.errors().isEmpty() ? "thought" : "an error";
    return String.join(", ", entry.calls().stream().map(Views::words).toList());
  }

  private static String words(CallEntry call) {
    return switch (call.result()) {
      case SUCCEEDED -> call.tool();
      case FAILED -> call.tool() + " (failed)";
      case PENDING -> call.tool() + " (waits)";
    };
  }

  private static Set<Decision.Choice> choices(Approval approval) {
    Set<Decision.Choice> choices = EnumSet.noneOf(Decision.Choice.class);
    for (Decision.Choice choice : Decision.Choice.values()) {
      if (choice.answers(approval.kind())) choices.add(choice);
    }
    return choices;
  }

  /** The weightier, the harder to do by accident. */
  static String requiredConfirmation(Approval approval) {
    if (approval.grounds().severity() == Severity.VERY_HIGH) return approval.tool();
    return approval.action().effect() == Effect.IRREVERSIBLE ? ApprovalView.UNDERSTOOD : "";
  }

  private Optional<Notification> notification(Approval approval) {
    return store.notifications(approval.taskId()).stream()
        .filter(each -> each.approvalId().equals(approval.id()))
        .findFirst();
  }
}
