package dev.treadle.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Stored;
import dev.treadle.engine.Task;
import dev.treadle.web.TaskDocument;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code treadle show}: one task with its journal, ledger and approvals. */
@Command(
    name = "show",
    description = "Shows a task with why it stands where it stands, its steps and its actions.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
final class ShowCommand implements Callable<Integer> {
  @ParentCommand private TreadleCommand treadle;

  @Parameters(paramLabel = "TASK")
  private String id;

  @Option(names = "--json", description = "everything that is stored, as one JSON document")
  private boolean json;

  @Override
  public Integer call() {
    Session session = treadle.session();
    Optional<Task> found = session.task(id);
    if (found.isEmpty()) return TreadleCommand.EXIT_USAGE;
    if (json) {
      session.out().println(Json.pretty(document(session.runtime(), found.get())));
    } else {
      TaskPage.of(session.runtime(), found.get()).print(session.out());
    }
    return TreadleCommand.EXIT_DONE;
  }

  /** What the JSON API answers about a task, and what only the store has. */
  private static ObjectNode document(LocalRuntime runtime, Task task) {
    Narrator store = runtime.store();
    ObjectNode all =
        (ObjectNode)
            Json.tree(
                TaskDocument.read(
                    store,
                    task,
                    runtime.deciding().approvers().names(),
                    runtime.clock().instant()));
    store.input(task.id()).ifPresent(input -> all.set("input", Json.tree(input)));
    var items = all.putArray("journal");
    store
        .journal(task.id(), JournalItem.firstKeyFromSnapshot(0))
        .forEach(item -> items.add(Stored.tree(Stored.text(item))));
    all.set("ledger", Json.tree(store.ledger(task.id())));
    all.set("notifications", Json.tree(store.notifications(task.id())));
    return all;
  }
}
