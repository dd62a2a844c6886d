package dev.treadle.local;

import dev.treadle.Status;
import dev.treadle.engine.Situation;
import dev.treadle.engine.Task;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code treadle tail}: follows a task that runs already, or all of them. */
@Command(
    name = "tail",
    description = {
      "Follows a task to its end and exits as it ended; without a task, follows all.",
      "Reads what is written and runs nothing, on this machine and elsewhere."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
final class TailCommand implements Callable<Integer> {
  private static final int HERE_SECONDS = 1;

  /** Elsewhere a look at all tasks is some sixty reads that somebody pays. */
  private static final int ELSEWHERE_SECONDS = 5;

  @ParentCommand private TreadleCommand treadle;

  @Parameters(paramLabel = "TASK", arity = "0..1")
  private @Nullable String id;

  @Option(names = "--json", description = "one JSON document a line: what is recorded, and the end")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = treadle.session();
    if (id == null) return all(session);
    Optional<Task> task = session.task(id);
    if (task.isEmpty()) return TreadleCommand.EXIT_USAGE;
    if (session.runsSteps() && !task.get().status().isTerminal()) return idle(session, task.get());
    try (Follower follower =
        Follower.fromRecent(session.runtime(), task.get(), session.out(), tale(session))) {
      return follower.follow(true);
    }
  }

  private Tale tale(Session session) {
    return json
        ? new JsonTale(session.runtime(), session.out())
        : new SpokenTale(session.runtime(), session.out());
  }

  /** The folder is ours while we look, so nothing would ever change. */
  private static int idle(Session session, Task task) {
    LocalRuntime runtime = session.runtime();
    Situation situation = Situation.read(runtime.store(), task, runtime.clock().instant());
    session
        .out()
        .println(
            "%s is %s: %s".formatted(task.id(), situation.state().wireName(), situation.why()));
    session.out().println("treadle: no runtime serves this folder; start one with: treadle serve");
    return task.status() == Status.WAITING_FOR_HUMAN
        ? TreadleCommand.EXIT_WAITS
        : TreadleCommand.EXIT_UNAVAILABLE;
  }

  private int all(Session session) throws InterruptedException {
    if (session.runsSteps()) {
      session
          .out()
          .println("treadle: no runtime serves this folder; start one with: treadle serve");
      return TreadleCommand.EXIT_UNAVAILABLE;
    }
    Tale tale = tale(session);
    TaskTails tails = new TaskTails(session.runtime().store());
    tails.next(tale, _ -> {}); // What was written before is not told.
    while (!session.out().checkError()) {
      TimeUnit.SECONDS.sleep(session.isElsewhere() ? ELSEWHERE_SECONDS : HERE_SECONDS);
      tails.next(tale, session.out()::println);
    }
    return TreadleCommand.EXIT_DONE;
  }
}
