package dev.treadle.local;

import dev.treadle.TaskId;
import dev.treadle.approval.ApprovalDesk;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DecisionForm;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What a human may say to a task that waits; through the same desk as a page, and signed. */
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
      return new Answering(treadle.session(), id, Approval.Kind.ACTION)
          .say(Optional.ofNullable(action), Decision.Choice.APPROVE, comment);
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
      return new Answering(treadle.session(), id, Approval.Kind.ACTION)
          .say(
              Optional.ofNullable(action),
              stop ? Decision.Choice.REJECT_AND_STOP : Decision.Choice.REJECT,
              why);
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
      Decision.Choice choice =
          switch (answer) {
            case happened -> Decision.Choice.IT_HAPPENED;
            case run -> Decision.Choice.RUN_IT;
            case stop -> Decision.Choice.STOP;
          };
      return new Answering(treadle.session(), id, Approval.Kind.OUTCOME)
          .say(Optional.empty(), choice, comment);
    }
  }

  /** One answer of this machine's user. */
  private record Answering(Session session, String id, Approval.Kind kind) {
    int say(Optional<String> action, Decision.Choice choice, String comment) throws Exception {
      Optional<ApprovalDesk> desk = session.runtime().deciding().desk();
      if (desk.isEmpty()) {
        return session.refused(
            "there are no keys to sign a decision with; name their folder with --keys (%s, %s, %s)"
                .formatted(KeyFolder.LINK_KEYS, KeyFolder.DECISION_KEY, KeyFolder.DECISION_KEYS));
      }
      List<Approval> open = open();
      Optional<Approval> meant =
          open.stream()
              .filter(each -> action.isEmpty() || action.get().equals(each.id()))
              .findFirst();
      if (meant.isEmpty() || (action.isEmpty() && open.size() > 1)) return refused(open, action);
      return followed(desk.get(), meant.get(), choice, comment);
    }

    private List<Approval> open() {
      if (!TaskId.isLegal(id)) return List.of();
      return session.runtime().store().approvals(new TaskId(id)).stream()
          .filter(each -> each.isOpen() && each.kind() == kind)
          .toList();
    }

    private int refused(List<Approval> open, Optional<String> action) {
      String what = kind == Approval.Kind.ACTION ? "approval" : "unknown outcome";
      if (open.isEmpty()) {
        return session.refused(
            isKnown() ? "task %s waits for no %s".formatted(id, what) : session.unknown(id));
      }
      String ids = String.join(", ", open.stream().map(Approval::id).toList());
      return session.refused(
          action.isPresent()
              ? "task %s has no open question %s; there are %s".formatted(id, action.get(), ids)
              : "task %s waits for %d approvals; name one with --action: %s"
                  .formatted(id, open.size(), ids));
    }

    private boolean isKnown() {
      return TaskId.isLegal(id) && session.runtime().store().find(new TaskId(id)).isPresent();
    }

    private int followed(
        ApprovalDesk desk, Approval question, Decision.Choice choice, String comment)
        throws Exception {
      TaskId task = question.taskId();
      LocalRuntime runtime = session.runtime();
      try (Follower follower = new Follower(runtime, task, session.out())) {
        DeskAnswer answer = answer(desk, question, choice, comment);
        if (!isRecorded(answer)) return session.refused(words(answer));
        if (session.isElsewhere()) session.out().println(words(answer));
        session.begin();
        return follower.follow(false);
      }
    }

    /** Looks and decides in one go: whoever types this has read what the follower printed. */
    private DeskAnswer answer(
        ApprovalDesk desk, Approval question, Decision.Choice choice, String comment) {
      Caller me = new Caller.Person(Deciding.user(), question.taskId());
      DeskAnswer seen = desk.view(me, question.id());
      if (!(seen instanceof DeskAnswer.Open(var view, String nonce))) return seen;
      return desk.decide(
          me,
          question.id(),
          new DecisionForm(
              view.approval().version(),
              choice,
              view.approval().action().argumentsDigest(),
              nonce,
              comment,
              view.requiredConfirmation(),
              Optional.empty()));
    }

    private static boolean isRecorded(DeskAnswer answer) {
      return answer instanceof DeskAnswer.Recorded || answer instanceof DeskAnswer.WaitingForOthers;
    }

    private String words(DeskAnswer answer) {
      return switch (answer) {
        case DeskAnswer.Recorded(var view, var decision) ->
            "recorded: %s %s".formatted(decision.choice(), view.approval().action().title());
        case DeskAnswer.WaitingForOthers(var view, var _) ->
            "recorded, %d of %d approvals"
                .formatted(
                    view.approval().votes().size(), view.approval().terms().quorum().needed());
        case DeskAnswer.AlreadyDecided(var view) ->
            "task %s: %s is already %s"
                .formatted(id, view.approval().tool(), view.approval().state());
        case DeskAnswer.Expired(var view) -> "it expired at " + view.approval().expiresAt();
        case DeskAnswer.TaskNotWaiting(var view, var _) ->
            "task %s is %s".formatted(id, view.task().status().wireName());
        case DeskAnswer.NotAllowed(var _, String why) -> why;
        case DeskAnswer.NotYet(var view, var until) ->
            "task %s may still have a worker in %s; ask again at %s"
                .formatted(id, view.approval().tool(), until);
        case DeskAnswer.Invalid(var violations) -> String.valueOf(violations);
        case DeskAnswer.Unknown() -> Deciding.user() + " is in no group that is asked";
        case DeskAnswer.Open _,
            DeskAnswer.Superseded _,
            DeskAnswer.Voided _,
            DeskAnswer.VersionChanged _,
            DeskAnswer.EditDenied _,
            DeskAnswer.AskedAnew _,
            DeskAnswer.Extended _,
            DeskAnswer.Withdrawn _,
            DeskAnswer.Reported _,
            DeskAnswer.TooManyAttempts _,
            DeskAnswer.StoreUnavailable _ ->
            "the question changed; look at it again with: treadle show " + id;
      };
    }
  }
}
