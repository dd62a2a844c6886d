package dev.treadle.local;

import dev.treadle.aws.InfrastructureFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The {@code treadle} command line. A command runs in the runtime that holds the data folder, if
 * one is up, and else opens the folder itself.
 */
@Command(
    name = "treadle",
    description = "Runs LLM agent loops on this machine, with the engine that runs them on AWS.",
    mixinStandardHelpOptions = true,
    version = "treadle 0.1.0",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done: the task is done, the answer was yes, nothing is wrong",
      "1:the task failed, or what was checked is not well",
      "2:refused: nothing was done; the message names the option and the rule",
      "3:the task waits for a human",
      "4:runtime, store or AWS gave no answer: how the task stands is not known"
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      ServeCommand.class,
      TasksCommand.class,
      ShowCommand.class,
      TailCommand.class,
      DoctorCommand.class,
      VerifyCommand.class,
      GatesCommand.class,
      AnswerCommands.Approve.class,
      AnswerCommands.Reject.class,
      AnswerCommands.Resolve.class,
      OperatorCommands.Resume.class,
      OperatorCommands.Fork.class,
      OperatorCommands.Cancel.class,
      OperatorCommands.Extend.class,
      OperatorCommands.Redrive.class,
      HaltCommands.Stop.class,
      HaltCommands.Lift.class,
      HaltCommands.Look.class,
      SeriesCommands.Health.class,
      SeriesCommands.Compare.class,
      SeriesCommands.Expect.class,
      McpCommand.class,
      DemoCommand.class
    })
public final class TreadleCommand {
  static final int EXIT_DONE = 0;
  static final int EXIT_FAILED = 1;
  static final int EXIT_USAGE = 2;
  static final int EXIT_WAITS = 3;

  /** Runtime, store or AWS gave no answer: how the task stands is not known. */
  static final int EXIT_UNAVAILABLE = 4;

  /** Commands that run no step need no site, and so no port of their own. */
  private static final Set<String> LOOKING =
      Set.of(
          "tasks",
          "show",
          "tail",
          DoctorCommand.NAME,
          "verify",
          "gates",
          "cancel",
          "raise",
          "redrive",
          "halt",
          "lift",
          "halts",
          "health",
          "compare",
          "expect");

  /** A story plays in a world of its own, and servers are asked whatever runs in the folder. */
  private static final Set<String> WITHOUT_TASKS = Set.of(DemoCommand.NAME, McpCommand.NAME);

  /** Their values may be files. */
  private static final List<String> INLINED = List.of("--input", "--schedules");

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "where tasks, prices and mails are kept (default: ${DEFAULT-VALUE})")
  private Path data = Path.of(".treadle");

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "loopback port of a runtime that this command opens (default: ${DEFAULT-VALUE})")
  private int port = 8787;

  @Option(
      names = "--pace",
      paramLabel = "MILLISECONDS",
      description = "pause before each step of a runtime that this command opens, to watch it")
  private int paceMillis;

  @Option(
      names = "--scenario",
      paramLabel = "FILE",
      description = "script for the agent that it names, in a runtime that this command opens")
  private @Nullable Path scenario;

  @Option(
      names = "--keys",
      paramLabel = "FOLDER",
      description =
          "where the keys of links and decisions lie (default: made in the data folder; with"
              + " another store there are none)")
  private @Nullable Path keys;

  @ArgGroup(exclusive = false, heading = "On another store than the folder:%n")
  private @Nullable Elsewhere elsewhere;

  private final @Nullable Session session;

  private TreadleCommand(@Nullable Session session) {
    this.session = session;
  }

  Session session() {
    if (session == null) throw new IllegalStateException("the command was parsed, not executed");
    return session;
  }

  Optional<Elsewhere> elsewhere() {
    return Optional.ofNullable(elsewhere);
  }

  public static void main(String[] arguments) throws Exception {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    System.exit(run(arguments, out));
  }

  static int run(String[] arguments, PrintWriter out) throws IOException, InterruptedException {
    TreadleCommand asked = new TreadleCommand(null);
    CommandLine line = line(asked, out);
    CommandLine.ParseResult parsed;
    try {
      parsed = line.parseArgs(arguments);
    } catch (CommandLine.ParameterException misused) {
      return misused(misused, out);
    }
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) return helped;
    if (!parsed.hasSubcommand()) {
      line.usage(out);
      return EXIT_USAGE;
    }
    String command = parsed.subcommand().commandSpec().name();
    if (WITHOUT_TASKS.contains(command)) return line.execute(arguments);
    try {
      String[] inlined = inlined(arguments, command);
      return command.equals(DoctorCommand.NAME)
          ? asked.examined(inlined, parsed.subcommand(), out)
          : asked.dispatched(inlined, command, out);
    } catch (IllegalArgumentException wrong) {
      return refused(out, String.valueOf(wrong.getMessage()));
    } catch (LocalRuntime.Unavailable | InfrastructureFailure unavailable) {
      out.println("treadle: " + unavailable.getMessage());
      return EXIT_UNAVAILABLE;
    }
  }

  private int dispatched(String[] arguments, String command, PrintWriter out)
      throws IOException, InterruptedException, LocalRuntime.Unavailable {
    // The runtime of the folder knows nothing of another store.
    if (elsewhere == null && !command.equals("serve")) {
      OptionalInt exit = CommandClient.send(data, List.of(arguments), System.out);
      if (exit.isPresent()) return exit.getAsInt();
    }
    return runHere(arguments, command, out);
  }

  /** The machine is looked at from here, and what cannot be opened is a finding like others. */
  private int examined(String[] arguments, CommandLine.ParseResult doctor, PrintWriter out)
      throws IOException, InterruptedException {
    boolean json = doctor.hasMatchedOption(DoctorCommand.JSON);
    Path keyFolder = keys == null ? data.resolve("keys") : keys;
    Machine machine = new Machine(data, keyFolder, port, Runtime.version().feature());
    int worst = DoctorCommand.tell(machine.diagnoses(), json, out);
    try {
      worst = Math.max(worst, dispatched(arguments, DoctorCommand.NAME, out));
    } catch (LocalRuntime.Unavailable | InfrastructureFailure | IllegalStateException closed) {
      Diagnosis wrong =
          Diagnosis.wrong("store", String.valueOf(closed.getMessage()), "nothing in it was seen");
      worst = DoctorCommand.tell(List.of(wrong), json, out);
    }
    if (!json) out.println(worst == EXIT_DONE ? "nothing is wrong" : "something is wrong");
    return worst;
  }

  private static int refused(PrintWriter out, String why) {
    out.println("treadle: " + why);
    return EXIT_USAGE;
  }

  private static int misused(CommandLine.ParameterException misused, PrintWriter out) {
    out.println("treadle: " + misused.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(misused, out);
    out.println("  see: " + misused.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return EXIT_USAGE;
  }

  /** A file is read where the caller stands, not where the runtime does; serve is the runtime. */
  private static String[] inlined(String[] arguments, String command) {
    if (command.equals("serve")) return arguments;
    String[] inlined = arguments.clone();
    for (int i = 0; i < inlined.length; i++) {
      for (String option : INLINED) {
        String joined = option + "=";
        if (inlined[i].startsWith(joined)) {
          inlined[i] = joined + document(option, inlined[i].substring(joined.length()));
        } else if (i > 0 && inlined[i - 1].equals(option)) {
          inlined[i] = document(option, inlined[i]);
        }
      }
    }
    return inlined;
  }

  /** JSON is what it is; all else names a file. */
  private static String document(String option, String value) {
    boolean isJson = value.startsWith("{") || value.startsWith("[");
    return isJson ? value : text(option, Path.of(value));
  }

  private static String text(String option, Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "%s: the file cannot be read: %s".formatted(option, unreadable.getMessage()), unreadable);
    }
  }

  private int runHere(String[] arguments, String command, PrintWriter out)
      throws IOException, LocalRuntime.Unavailable {
    if (command.equals("serve") && elsewhere != null && !elsewhere.isEmulator()) {
      return refused(
          out, "serve: the functions of a stack run its tasks; name an emulator with --endpoint");
    }
    Optional<Ground.Endpoint> place = Optional.ofNullable(elsewhere).map(Elsewhere::place);
    // A command on another store looks and answers; the steps are run by what runs there.
    boolean serves = place.isEmpty() || command.equals("serve");
    LocalRuntime.Settings settings =
        new LocalRuntime.Settings(
            data,
            LOOKING.contains(command) || !serves ? 0 : port,
            Optional.ofNullable(scenario),
            Duration.ofMillis(paceMillis),
            place,
            Optional.ofNullable(keys));
    try (LocalRuntime runtime = LocalRuntime.open(settings)) {
      Runtime.getRuntime().addShutdownHook(new Thread(runtime::close));
      if (serves) runtime.serve((remote, remoteOut) -> executeOn(runtime, remoteOut, remote));
      return line(new TreadleCommand(new Session(runtime, out, true)), out).execute(arguments);
    }
  }

  /**
   * Runs a command in a runtime that goes on afterwards.
   *
   * <p>The parsed command outlives the model that parsed it: a model takes some 200 KB, a command
   * may follow its task for hours, and a few hundred followers would fill the heap of the runtime.
   */
  static int executeOn(LocalRuntime runtime, PrintWriter out, String... arguments) {
    AtomicReference<@Nullable Callable<?>> asked = new AtomicReference<>();
    int exit =
        line(new TreadleCommand(new Session(runtime, out, false)), out)
            .setExecutionStrategy(parsed -> keep(asked, parsed))
            .execute(arguments);
    Callable<?> command = asked.get();
    if (command == null) return exit;
    try {
      return (Integer) command.call();
    } catch (Exception failed) {
      return failed(failed, out);
    }
  }

  private static int keep(
      AtomicReference<@Nullable Callable<?>> asked, CommandLine.ParseResult parsed) {
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) return helped;
    CommandLine last = parsed.asCommandLineList().getLast();
    if (last.getCommand() instanceof Callable<?> command) {
      asked.set(command);
      return EXIT_DONE;
    }
    last.usage(last.getOut());
    return EXIT_USAGE;
  }

  private static CommandLine line(TreadleCommand command, PrintWriter out) {
    return new CommandLine(command)
        .setOut(out)
        .setErr(out)
        .setParameterExceptionHandler((misused, _) -> misused(misused, out))
        .setExecutionExceptionHandler((failed, _, _) -> failed(failed, out));
  }

  /** What people can mend is said in a sentence; the rest is a bug and says where it is. */
  private static int failed(Exception failed, PrintWriter out) {
    if (failed instanceof InfrastructureFailure unavailable) {
      out.println("treadle: " + unavailable.getMessage());
      return EXIT_UNAVAILABLE;
    }
    failed.printStackTrace(out);
    return EXIT_FAILED;
  }
}
