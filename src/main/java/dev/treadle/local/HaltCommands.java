package dev.treadle.local;

import dev.treadle.Json;
import dev.treadle.engine.Halt;
import dev.treadle.engine.Halts;
import dev.treadle.engine.KillSwitch;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The kill switch. */
final class HaltCommands {
  private HaltCommands() {}

  /** One of the two ways of the switch. */
  interface Turn {
    KillSwitch.Answer of(KillSwitch kill, String what, String by, String why);
  }

  /** What is halted or lifted, and why. */
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Subject {
    @Parameters(paramLabel = "WHAT", description = Halt.RULE)
    private String what;

    @Option(names = "--why", required = true, description = "is kept with the halt")
    private String why;

    private int turned(Session session, Turn turn) {
      KillSwitch kill = session.runtime().killSwitch();
      return told(session, turn.of(kill, what, OperatorCommands.person(), why));
    }
  }

  /** {@code treadle halt}: something must not act. */
  @Command(
      name = "halt",
      description = "Stops everything, an agent or a tool before its next step or call.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Stop implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;
    @Mixin private Subject subject;

    @Override
    public Integer call() {
      return subject.turned(treadle.session(), KillSwitch::halt);
    }
  }

  /** {@code treadle lift}: something may act again. */
  @Command(
      name = "lift",
      description = "Lets what was halted go on.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Lift implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;
    @Mixin private Subject subject;

    @Override
    public Integer call() {
      return subject.turned(treadle.session(), KillSwitch::lift);
    }
  }

  /** {@code treadle halts}: what stands still, and why. */
  @Command(
      name = "halts",
      description = {"Says what is halted.", "Exit code: 0 nothing is, 1 something is."},
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Look implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;

    @Option(names = "--json", description = "as one JSON document")
    private boolean json;

    @Override
    public Integer call() {
      Session session = treadle.session();
      Halts halts = session.runtime().killSwitch().halts();
      if (json) session.out().println(Json.pretty(halts));
      else print(session, halts);
      return halts.standing().isEmpty() ? TreadleCommand.EXIT_DONE : TreadleCommand.EXIT_FAILED;
    }
  }

  private static int told(Session session, KillSwitch.Answer answer) {
    return switch (answer) {
      case KillSwitch.Changed(Halts halts) -> {
        print(session, halts);
        yield TreadleCommand.EXIT_DONE;
      }
      case KillSwitch.Refused(String why) -> session.refused(why);
    };
  }

  private static void print(Session session, Halts halts) {
    if (halts.standing().isEmpty()) session.out().println("nothing is halted");
    halts
        .standing()
        .forEach(halt ->
            session
                .out()
                .println(
                    "%s is halted by %s since %s: %s"
                        .formatted(
                            halt.what(),
                            halt.by(),
                            halt.at().truncatedTo(ChronoUnit.SECONDS),
                            halt.why())));
  }
}
