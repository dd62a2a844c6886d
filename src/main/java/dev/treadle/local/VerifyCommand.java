package dev.treadle.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.approval.RecordCheck;
import dev.treadle.engine.Task;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code treadle verify}: whether a task's record still is what was written. */
@Command(
    name = "verify",
    description =
        "Checks a task's journal, its ledger and what people were asked and answered; names the first"
            + " bad entry.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
final class VerifyCommand implements Callable<Integer> {
  @ParentCommand private TreadleCommand treadle;

  @Parameters(paramLabel = "TASK")
  private String id;

  @Option(names = "--json", description = "as one JSON document")
  private boolean json;

  @Override
  public Integer call() {
    Session session = treadle.session();
    LocalRuntime runtime = session.runtime();
    Optional<Task> task = session.task(id);
    if (task.isEmpty()) return TreadleCommand.EXIT_USAGE;
    Optional<String> bad =
        new RecordCheck(runtime.store(), runtime.decisionKeys()).firstBad(task.get());
    if (json) {
      ObjectNode document = Json.object().put("task_id", id).put("intact", bad.isEmpty());
      bad.ifPresent(what -> document.put("broken", what));
      session.out().println(Json.write(document));
    } else
      session.out().println(bad.map(what -> id + " is broken: " + what).orElse(id + " is intact"));
    return bad.isPresent() ? TreadleCommand.EXIT_FAILED : TreadleCommand.EXIT_DONE;
  }
}
