package dev.treadle.local;

import dev.treadle.TaskId;
import dev.treadle.engine.Operator;
import dev.treadle.engine.OperatorAnswer;
import dev.treadle.engine.Raise;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What an operator may do to a task. */
final class OperatorCommands {
  private OperatorCommands() {}

  /** A task, and why something is done to it. */
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Subject {
    @Parameters(paramLabel = "TASK")
    private String id;

    @Option(names = "--why", required = true, description = "is kept in the journal")
    private String why;

    /** Does it, and says how the task stands. */
    private int told(Session session, Deed deed) {
      if (session.task(id).isEmpty()) return TreadleCommand.EXIT_USAGE;
      Operator operator = session.runtime().loop().operator();
      return OperatorCommands.told(session, deed.to(operator, new TaskId(id), person(), why));
    }

    /** Does it, and follows the task. */
    private int followed(Session session, Deed deed) throws Exception {
      return OperatorCommands.followed(
          session, id, (operator, task) -> deed.to(operator, task, person(), why));
    }
  }

  /** What somebody does to a task, and why. */
  interface Deed {
    OperatorAnswer to(Operator operator, TaskId task, String by, String why);
  }

  /** What a task gets on top of what it has left. */
  static final class More {
    @Option(names = "--iterations", description = "more of them (default: ${DEFAULT-VALUE})")
    private int iterations = Raise.USUAL.iterations();

    @Option(names = "--retries", description = "more of them (default: ${DEFAULT-VALUE})")
    private int retries = Raise.USUAL.retries();

    @Option(
        names = "--cost-micros",
        paramLabel = "MICROS",
        description = "more money, in millionths of a dollar (default: ${DEFAULT-VALUE})")
    private long costMicros = Raise.USUAL.costMicros();

    @Option(names = "--tokens", description = "more of them (default: ${DEFAULT-VALUE})")
    private long tokens = Raise.USUAL.tokens();

    @Option(names = "--tool-calls", description = "more of them (default: ${DEFAULT-VALUE})")
    private int toolCalls = Raise.USUAL.toolCalls();

    @Option(
        names = "--hours",
        description = "until its new deadline, from now (default: ${DEFAULT-VALUE})")
    private int hours = (int) Raise.USUAL.time().toHours();

    /** Empty when it is too much or too little, which the person then knows. */
    Optional<Raise> raise(Session session) {
      try {
        return Optional.of(raise());
      } catch (IllegalArgumentException wrong) {
        session.refused(String.valueOf(wrong.getMessage()));
        return Optional.empty();
      }
    }

    private Raise raise() {
      if (hours < 1 || hours > Raise.HOURS_MAX) {
        throw new IllegalArgumentException(
            "--hours must be 1 to %d, was %d".formatted(Raise.HOURS_MAX, hours));
      }
      return new Raise(iterations, retries, costMicros, tokens, toolCalls, Duration.ofHours(hours));
    }
  }

  /** {@code treadle resume}: a failed task goes on. */
  @Command(
      name = "resume",
      description = "Lets a failed task go on where it stopped, with raised limits.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Resume implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;
    @Mixin private Subject subject;
    @Mixin private More more;

    @Override
    public Integer call() throws Exception {
      Session session = treadle.session();
      Optional<Raise> raise = more.raise(session);
      if (raise.isEmpty()) return TreadleCommand.EXIT_USAGE;
      return subject.followed(
          session, (operator, task, by, why) -> operator.resume(task, raise.get(), by, why));
    }
  }

  /** {@code treadle raise}: a task that has not ended may spend more. */
  @Command(
      name = "raise",
      description = "Gives a task that has not ended more to spend, and more time.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Extend implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;
    @Mixin private Subject subject;
    @Mixin private More more;

    @Override
    public Integer call() {
      Session session = treadle.session();
      Optional<Raise> raise = more.raise(session);
      if (raise.isEmpty()) return TreadleCommand.EXIT_USAGE;
      return subject.told(
          session, (operator, task, by, why) -> operator.raise(task, raise.get(), by, why));
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

    @Option(names = "--why", required = true, description = "is kept in the fork's journal")
    private String why;

    @Override
    public Integer call() throws Exception {
      Session session = treadle.session();
      if (!TaskId.isLegal(as)) {
        return told(session, new OperatorAnswer.Refused("--as must be " + TaskId.RULE));
      }
      TaskId fork = new TaskId(as);
      return followed(
          session,
          id,
          fork,
          (_, source) ->
              session.runtime().loop().fork().fork(source, checkpoint, fork, person(), why));
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
    @Mixin private Subject subject;

    @Override
    public Integer call() {
      return subject.told(treadle.session(), Operator::cancel);
    }
  }

  /** {@code treadle redrive}: the current step is delivered again. */
  @Command(
      name = "redrive",
      description = "Has the current step of a task delivered again, as a dead letter needs it.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Redrive implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;
    @Mixin private Subject subject;

    @Override
    public Integer call() {
      return subject.told(treadle.session(), Operator::redrive);
    }
  }

  static String person() {
    return "person:" + System.getProperty("user.name", "unknown");
  }

  static int followed(Session session, String id, BiFunction<Operator, TaskId, OperatorAnswer> deed)
      throws Exception {
    return TaskId.isLegal(id)
        ? followed(session, id, new TaskId(id), deed)
        : session.refused(session.unknown(id));
  }

  /** Does the deed and prints what the task does after it. */
  private static int followed(
      Session session,
      String id,
      TaskId followed,
      BiFunction<Operator, TaskId, OperatorAnswer> deed)
      throws Exception {
    if (session.task(id).isEmpty()) return TreadleCommand.EXIT_USAGE;
    LocalRuntime runtime = session.runtime();
    try (Follower follower = new Follower(runtime, followed, session.out())) {
      OperatorAnswer answer = deed.apply(runtime.loop().operator(), new TaskId(id));
      if (answer instanceof OperatorAnswer.Refused) return told(session, answer);
      session.begin();
      return follower.follow(false);
    }
  }

  static int told(Session session, OperatorAnswer answer) {
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
