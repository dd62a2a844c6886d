package dev.treadle.local;

import dev.treadle.TaskId;
import dev.treadle.engine.Operator;
import dev.treadle.engine.OperatorAnswer;
import dev.treadle.engine.Raise;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What an operator may do to a task. */
final class OperatorCommands {
  private OperatorCommands() {}

  /** {@code treadle resume}: a failed task goes on. */
  @Command(
      name = "resume",
      description = "Lets a failed task go on where it stopped, with raised limits.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Resume implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;

    @Parameters(paramLabel = "TASK")
    private String id;

    @Option(names = "--iterations", description = "more of them (default: ${DEFAULT-VALUE})")
    private int iterations = Raise.USUAL.iterations();

    @Option(names = "--why", required = true, description = "is kept in the journal")
    private String why;

    @Override
    public Integer call() throws Exception {
      if (iterations < 1) {
        return told(
            treadle.session(), new OperatorAnswer.Refused("--iterations must be at least 1"));
      }
      Raise usual = Raise.USUAL;
      Raise raise =
          new Raise(
              iterations,
              usual.retries(),
              usual.costMicros(),
              usual.tokens(),
              usual.toolCalls(),
              usual.time());
      return followed(
          treadle.session(), id, (operator, task) -> operator.resume(task, raise, person(), why));
    }
  }

  /** {@code treadle fork}: a new task from a checkpoint. */
  @Command(
      name = "fork",
      description = "Starts a new task from a checkpoint of another.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Fork implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;

    @Parameters(index = "0", paramLabel = "TASK")
    private String id;

    @Parameters(index = "1", paramLabel = "ITERATION", description = "of the checkpoint")
    private int checkpoint;

    @Option(names = "--as", required = true, paramLabel = "ID", description = "the new task's id")
    private String as;

    @Override
    public Integer call() throws Exception {
      TreadleCommand.Session session = treadle.session();
      if (!TaskId.isLegal(as)) {
        return told(session, new OperatorAnswer.Refused("--as must be " + TaskId.RULE));
      }
      TaskId fork = new TaskId(as);
      return followed(
          session,
          id,
          fork,
          (_, source) -> session.runtime().loop().fork().fork(source, checkpoint, fork, person()));
    }
  }

  /** {@code treadle cancel}: a task stops before its next action. */
  @Command(
      name = "cancel",
      description = "Stops a task before its next action.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Cancel implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;

    @Parameters(paramLabel = "TASK")
    private String id;

    @Option(names = "--why", required = true, description = "is kept in the journal")
    private String why;

    @Override
    public Integer call() {
      TreadleCommand.Session session = treadle.session();
      return told(
          session,
          TaskId.isLegal(id)
              ? session.runtime().loop().operator().cancel(new TaskId(id), person(), why)
              : unknown(id));
    }
  }

  static String person() {
    return "person:" + System.getProperty("user.name", "unknown");
  }

  private static OperatorAnswer unknown(String id) {
    return new OperatorAnswer.Refused("there is no task " + id);
  }

  static int followed(
      TreadleCommand.Session session, String id, BiFunction<Operator, TaskId, OperatorAnswer> deed)
      throws Exception {
    if (!TaskId.isLegal(id)) return told(session, unknown(id));
    return followed(session, id, new TaskId(id), deed);
  }

  /** Does the deed and prints what the task does after it. */
  private static int followed(
      TreadleCommand.Session session,
      String id,
      TaskId followed,
      BiFunction<Operator, TaskId, OperatorAnswer> deed)
      throws Exception {
    if (!TaskId.isLegal(id)) return told(session, unknown(id));
    LocalRuntime runtime = session.runtime();
    try (Follower follower = new Follower(runtime, followed, session.out())) {
      OperatorAnswer answer = deed.apply(runtime.loop().operator(), new TaskId(id));
      // Elsewhere another runtime takes it from here, with tools of its own.
      boolean isElsewhere = runtime.ground().embedded().isEmpty();
      if (isElsewhere || answer instanceof OperatorAnswer.Refused) return told(session, answer);
      if (session.alone()) runtime.poll(List.of());
      return follower.follow(false);
    }
  }

  static int told(TreadleCommand.Session session, OperatorAnswer answer) {
    return switch (answer) {
      case OperatorAnswer.Done(var task) -> {
        session.out().println("task " + task.id() + " is " + task.status().wireName());
        yield TreadleCommand.EXIT_DONE;
      }
      case OperatorAnswer.Requested(var task) -> {
        session.out().println("task " + task.id() + " stops before its next action");
        yield TreadleCommand.EXIT_DONE;
      }
      case OperatorAnswer.Refused(String why) -> {
        session.out().println("treadle: " + why);
        yield TreadleCommand.EXIT_USAGE;
      }
    };
  }
}
