package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Stored;
import dev.treadle.engine.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code treadle show}: one task with its journal, ledger and approvals. */
@Command(
    name = "show",
    description = "Shows a task with its journal, actions and approvals.",
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
    TreadleCommand.Session session = treadle.session();
    PrintWriter out = session.out();
    Optional<Task> found =
        TaskId.isLegal(id) ? session.runtime().store().find(new TaskId(id)) : Optional.empty();
    if (found.isEmpty()) {
      out.println("treadle: there is no task " + id);
      return TreadleCommand.EXIT_USAGE;
    }
    Narrator store = session.runtime().store();
    Task task = found.get();
    List<JournalItem> journal = store.journal(task.id(), JournalItem.firstKeyFromSnapshot(0));
    List<LedgerRow> ledger = store.ledger(task.id());
    List<Approval> approvals = store.approvals(task.id());
    if (json) {
      ObjectNode all = Json.object();
      all.set("task", Json.tree(task));
      store.input(task.id()).ifPresent(input -> all.set("input", Json.tree(input)));
      var items = all.putArray("journal");
      journal.forEach(item -> items.add(Json.read(Stored.text(item), JsonNode.class)));
      all.set("ledger", Json.tree(ledger));
      all.set("approvals", Json.tree(approvals));
      out.println(Json.pretty(all));
    } else {
      print(out, task, journal, ledger, approvals);
      store.children(task.id()).forEach(child -> out.println("  started " + child));
    }
    return TreadleCommand.EXIT_DONE;
  }

  private static void print(
      PrintWriter out,
      Task task,
      List<JournalItem> journal,
      List<LedgerRow> ledger,
      List<Approval> approvals) {
    out.println(
        "%s  %s%s"
            .formatted(
                task.id(),
                task.status().wireName(),
                task.outcome() == null
                    ? ""
                    : "  " + task.outcome().reason().wireName() + ": " + task.outcome().detail()));
    out.println(
        "started by %s at %s; %d retries, %,d micros and %,d tokens left"
            .formatted(
                task.origin().triggeredBy(),
                task.origin().triggeredAt(),
                task.attempts().retriesLeft(),
                task.funds().costMicrosLeft(),
                task.funds().tokensLeft()));
    for (JournalItem item : journal) {
      String line = Narrator.line(item, task.funds().maxIterations());
      if (!line.isEmpty()) out.println("  " + line);
      if (item instanceof JournalItem.Entry entry && entry.checkpoint() != null) {
        out.println("      checkpoint: " + entry.checkpoint());
      }
    }
    printActions(out, ledger, approvals);
  }

  private static void printActions(
      PrintWriter out, List<LedgerRow> ledger, List<Approval> approvals) {
    for (LedgerRow row : ledger) {
      out.println("  action " + row.key() + "  " + row.tool() + "  " + row.state());
    }
    for (Approval approval : approvals) {
      out.println(
          "  approval %s  %s  %s%s"
              .formatted(
                  approval.id(),
                  approval.tool(),
                  approval.state(),
                  approval.closing() == null ? "" : " by " + approval.closing().by()));
    }
  }
}
