package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.Violation;
import dev.treadle.engine.StartAnswer;
import dev.treadle.lambda.Scripts;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code treadle run}: starts a task and follows it to its end. */
@Command(
    name = "run",
    description = "Starts a task and follows it. The same id again follows the same task.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
final class RunCommand implements Callable<Integer> {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneId.systemDefault());

  @ParentCommand private TreadleCommand treadle;

  @Parameters(paramLabel = "AGENT", description = "the agent's name")
  private String agent;

  @Option(
      names = "--task-id",
      paramLabel = "ID",
      description = "names the task (default: the agent and the time)")
  private @Nullable String taskId;

  @Option(
      names = "--input",
      paramLabel = "FILE|JSON",
      description = "the payload (default: the agent's sample)")
  private @Nullable String input;

  @Option(
      names = "--series",
      paramLabel = "NAME",
      description = "the series of runs that this one is compared with (default: none)")
  private @Nullable String series;

  @Option(
      names = "--max-iterations",
      paramLabel = "N",
      description = "hard cap (default: the agent's own)")
  private @Nullable String maxIterations;

  @Option(names = "--json", description = "one JSON document a line: what is recorded, and the end")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = treadle.session();
    LocalRuntime runtime = session.runtime();
    Optional<TaskId> known = known(runtime);
    if (known.isPresent()) {
      session.begin();
      return follow(session, known.get());
    }
    if (session.isElsewhere() && input == null) {
      return session.refused("--input is needed: the sample names pages of this machine");
    }
    ObjectNode request = Json.object();
    String id = taskId == null ? agent + "-" + STAMP.format(runtime.clock().instant()) : taskId;
    request
        .put("task_id", id)
        .put("task_type", agent)
        .put("triggered_by", OperatorCommands.person());
    Optional<JsonNode> payload = payload(session);
    if (payload.isEmpty()) return TreadleCommand.EXIT_USAGE;
    request.set("input_data", payload.get());
    if (series != null) request.put("series", series);
    if (maxIterations != null) request.set("max_iterations", number(maxIterations));
    session.begin();
    return switch (runtime.loop().starter().start(request)) {
      case StartAnswer.Refused(List<Violation> violations) -> refused(session.out(), violations);
      case StartAnswer.Started _ -> follow(session, new TaskId(id));
      case StartAnswer.Existing _ -> {
        if (!json) session.out().println(id + " was started before");
        yield follow(session, new TaskId(id));
      }
    };
  }

  /** A known id without a payload means that task, whatever the sample would be today. */
  private Optional<TaskId> known(LocalRuntime runtime) {
    return Optional.ofNullable(taskId)
        .filter(id -> input == null && TaskId.isLegal(id))
        .map(TaskId::new)
        .filter(id -> runtime.store().find(id).isPresent());
  }

  /** A number if it is one; else the text itself, for the start to refuse by name. */
  private static JsonNode number(String text) {
    try {
      return Json.parse(text);
    } catch (Json.MalformedJson notNumber) {
      return Json.tree(text);
    }
  }

  private Optional<JsonNode> payload(Session session) {
    Optional<String> text =
        input == null ? Scripts.sampleInput(agent, session.runtime().site()) : Optional.of(input);
    try {
      return Optional.of(text.isEmpty() ? Json.object() : Json.parse(text.get()));
    } catch (Json.MalformedJson malformed) {
      session.out().println("treadle: input_data must be JSON: " + malformed.getMessage());
      return Optional.empty();
    }
  }

  private static int refused(PrintWriter out, List<Violation> violations) {
    out.println("treadle: nothing was started");
    violations.forEach(violation -> out.println("  " + violation));
    return TreadleCommand.EXIT_USAGE;
  }

  private int follow(Session session, TaskId id) throws Exception {
    try (Follower follower =
        json
            ? Follower.inJson(session.runtime(), id, session.out())
            : new Follower(session.runtime(), id, session.out())) {
      return follower.follow(session.runsSteps());
    }
  }
}
