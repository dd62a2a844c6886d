package dev.treadle.local;

import dev.treadle.Json;
import dev.treadle.Redaction;
import dev.treadle.lambda.ModelAccess;
import dev.treadle.trigger.Schedule;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * {@code treadle doctor}: looks at everything that must be right, and says what to do.
 *
 * <p>The machine is looked at where the command is typed, the rest in the runtime that serves the
 * folder, because that is the one whose environment counts.
 */
@Command(
    name = DoctorCommand.NAME,
    description = {
      "Looks at machine, store, keys, agents, schedules, tasks, models and mail, and says what to"
          + " do.",
      "Exit code: 0 nothing is wrong, 1 something is."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line fills in the options.
final class DoctorCommand implements Callable<Integer> {
  static final String NAME = "doctor";
  static final String JSON = "--json";

  @ParentCommand private TreadleCommand treadle;

  @Option(names = JSON, description = "one JSON document a line")
  private boolean json;

  @Option(
      names = "--schedules",
      paramLabel = "FILE|JSON",
      description = "when tasks should start (default: the schedules of the runtime that serves)")
  private @Nullable String schedules;

  @Override
  public Integer call() {
    Session session = treadle.session();
    LocalRuntime runtime = session.runtime();
    Instant now = runtime.clock().instant();
    List<Diagnosis> found = new ArrayList<>();
    runtime
        .ground()
        .facts()
        .ifPresent(
            facts -> found.addAll(new StackCheckup(facts.table(), facts.queue(), now).diagnoses()));
    treadle.elsewhere().flatMap(Elsewhere::loop).ifPresent(loop -> found.add(loop.diagnosis()));
    found.addAll(inside(runtime, now));
    var access =
        ModelAccess.ofTheProcess(runtime.clock(), Redaction.ofEnvironment(System.getenv()));
    found.addAll(
        new Surroundings(System.getenv(), access.secrets(), runtime.folder().outbox()).diagnoses());
    return tell(found, json, session.out());
  }

  private List<Diagnosis> inside(LocalRuntime runtime, Instant now) {
    try {
      List<Schedule> known =
          schedules == null
              ? runtime.schedules()
              : ServeCommand.schedules("--schedules", schedules, runtime);
      return new Ward(runtime, known, now).diagnoses();
    } catch (IllegalArgumentException | Json.MalformedJson wrong) {
      List<Diagnosis> found = new ArrayList<>(new Ward(runtime, List.of(), now).diagnoses());
      found.add(Diagnosis.wrong("schedule", String.valueOf(wrong.getMessage()), "mend the file"));
      return found;
    }
  }

  /** Prints what was found; the exit code says whether anything is wrong. */
  static int tell(List<Diagnosis> found, boolean json, PrintWriter out) {
    found.forEach(each -> out.println(json ? Json.write(each.document()) : each.line()));
    return found.stream().anyMatch(Diagnosis::isWrong)
        ? TreadleCommand.EXIT_FAILED
        : TreadleCommand.EXIT_DONE;
  }
}
