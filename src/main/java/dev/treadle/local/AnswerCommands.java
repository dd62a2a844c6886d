package dev.treadle.local;

import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Operator;
import dev.treadle.engine.OperatorAnswer;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What a human may say to a task that waits. */
final class AnswerCommands {
  private AnswerCommands() {}

  /** {@code treadle approve}: the waiting action runs exactly as it was frozen. */
  @Command(
      name = "approve",
      description = "Approves the action that a task waits with; it runs exactly as shown.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Approve implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;

    @Parameters(paramLabel = "TASK")
    private String id;

    @Option(names = "--action", paramLabel = "KEY", description = "which, if several wait")
    private @Nullable String action;

    @Option(names = "--comment", description = "is kept with the decision")
    private String comment = "";

    @Override
    public Integer call() throws Exception {
      return decide(treadle.session(), id, action, Operator.Decision.APPROVE, comment);
    }
  }

  /** {@code treadle reject}: the waiting action is not performed. */
  @Command(
      name = "reject",
      description = "Rejects the action that a task waits with; the agent hears why.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Reject implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;

    @Parameters(paramLabel = "TASK")
    private String id;

    @Option(names = "--action", paramLabel = "KEY", description = "which, if several wait")
    private @Nullable String action;

    @Option(names = "--why", required = true, description = "what the agent should know")
    private String why;

    @Option(names = "--stop", description = "end the task instead of letting it go on")
    private boolean stop;

    @Override
    public Integer call() throws Exception {
      Operator.Decision decision =
          stop ? Operator.Decision.REJECT_AND_STOP : Operator.Decision.REJECT;
      return decide(treadle.session(), id, action, decision, why);
    }
  }

  /** {@code treadle resolve}: says what became of an action whose outcome is unknown. */
  @Command(
      name = "resolve",
      description = "Says what became of an action whose outcome is unknown.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Resolve implements Callable<Integer> {
    /** The words of the command line. */
    enum Answer {
      happened,
      run,
      stop
    }

    @ParentCommand private TreadleCommand treadle;

    @Parameters(index = "0", paramLabel = "TASK")
    private String id;

    @Parameters(index = "1", paramLabel = "happened|run|stop")
    private Answer answer;

    @Option(names = "--comment", description = "how you found out")
    private String comment = "";

    @Override
    public Integer call() throws Exception {
      TreadleCommand.Session session = treadle.session();
      List<String> unknown =
          TaskId.isLegal(id)
              ? session.runtime().store().ledger(new TaskId(id)).stream()
                  .filter(row -> row.state() == LedgerRow.State.UNKNOWN)
                  .map(LedgerRow::key)
                  .toList()
              : List.of();
      if (unknown.isEmpty()) {
        return OperatorCommands.told(
            session, new OperatorAnswer.Refused("task " + id + " has no unknown outcome"));
      }
      Operator.Resolution resolution =
          switch (answer) {
            case happened -> Operator.Resolution.IT_HAPPENED;
            case run -> Operator.Resolution.RUN_IT;
            case stop -> Operator.Resolution.STOP;
          };
      return OperatorCommands.followed(
          session,
          id,
          (operator, task) ->
              operator.resolve(
                  task, unknown.getFirst(), resolution, OperatorCommands.person(), comment));
    }
  }

  private static int decide(
      TreadleCommand.Session session,
      String id,
      @Nullable String action,
      Operator.Decision decision,
      String comment)
      throws Exception {
    List<String> open =
        TaskId.isLegal(id)
            ? session.runtime().store().approvals(new TaskId(id)).stream()
                .filter(approval -> approval.state() == Approval.State.OPEN)
                .map(Approval::id)
                .toList()
            : List.of();
    if (action == null && open.size() != 1) {
      String why =
          open.isEmpty()
              ? "task " + id + " waits for no approval"
              : "task %s waits for %d approvals; name one with --action: %s"
                  .formatted(id, open.size(), String.join(", ", open));
      return OperatorCommands.told(session, new OperatorAnswer.Refused(why));
    }
    String key = action == null ? open.getFirst() : action;
    return OperatorCommands.followed(
        session,
        id,
        (operator, task) ->
            operator.decide(task, key, decision, OperatorCommands.person(), comment));
  }
}
