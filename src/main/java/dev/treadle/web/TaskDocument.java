package dev.treadle.web;

import dev.treadle.Limits;
import dev.treadle.approval.Names;
import dev.treadle.engine.Approval;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskInput;
import dev.treadle.engine.TaskStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One task with all that an operator decides on.
 *
 * @param checkpoint the newest, after whose iteration a fork may go on; the steps name the others
 */
public record TaskDocument(
    TaskLine task,
    Spending spending,
    @Nullable Integer checkpoint,
    List<Action> actions,
    List<Question> approvals,
    List<String> children) {

  /**
   * What it used and has left.
   *
   * @param costMicros with what it gave to the tasks that its end started
   * @param costMicrosBudget what it started with
   * @param waitedSeconds for people
   */
  public record Spending(
      long costMicros,
      long costMicrosBudget,
      long tokens,
      long tokensBudget,
      int toolCallsLeft,
      int retriesLeft,
      long elapsedSeconds,
      long waitedSeconds) {}

  /** A row of the ledger. */
  public record Action(
      String key,
      int iteration,
      int ordinal,
      String tool,
      String state,
      String argumentsDigest,
      @Nullable String approvalId,
      @Nullable String startedAt) {
    static Action of(LedgerRow row) {
      return new Action(
          row.key(),
          row.iteration(),
          row.ordinal(),
          row.tool(),
          row.state().name(),
          row.argumentsDigest(),
          row.approvalId(),
          row.startedAt() == null ? null : row.startedAt().toString());
    }
  }

  /**
   * A question to people.
   *
   * @param kind whether it asks for leave, or what became of an action
   * @param page where it is answered
   * @param decidedByName what that person is called; of the clock the same as {@code decidedBy}
   */
  public record Question(
      String approvalId,
      int iteration,
      String kind,
      String title,
      String state,
      String createdAt,
      String expiresAt,
      String page,
      @Nullable String decidedBy,
      @Nullable String decidedByName) {
    static Question of(Approval approval, Names names) {
      Approval.Closing closing = approval.closing();
      return new Question(
          approval.id(),
          approval.iteration(),
          approval.kind().name(),
          approval.action().title(),
          approval.state().name(),
          approval.timing().createdAt().toString(),
          approval.expiresAt().toString(),
          page(approval),
          closing == null ? null : closing.by(),
          closing == null ? null : names.of(closing.by()));
    }

    static String page(Approval approval) {
      return "/approvals/" + approval.id() + "?task=" + approval.taskId();
    }
  }

  /** Reads all of it but the journal. */
  public static TaskDocument read(TaskStore store, Task task, Names names, Instant now) {
    return of(TaskFile.read(store, task, now), names);
  }

  static TaskDocument of(TaskFile file, Names names) {
    int checkpoint = file.task().progress().checkpoint();
    return new TaskDocument(
        TaskLine.of(file.task(), file.situation()),
        spending(file),
        checkpoint > 0 ? checkpoint : null,
        file.ledger().stream().map(Action::of).toList(),
        file.approvals().stream().map(each -> Question.of(each, names)).toList(),
        file.children().stream().map(Object::toString).toList());
  }

  static Spending spending(TaskFile file) {
    Optional<Limits.Budget> budget = file.input().map(TaskInput::limits).map(Limits::budget);
    return new Spending(
        file.spent().costMicros(),
        budget.map(Limits.Budget::costMicros).orElse(0L),
        file.spent().tokens(),
        budget.map(Limits.Budget::tokens).orElse(0L),
        file.task().funds().toolCallsLeft(),
        file.task().attempts().retriesLeft(),
        file.elapsed().toSeconds(),
        file.waited().toSeconds());
  }
}
