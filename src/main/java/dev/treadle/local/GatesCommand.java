package dev.treadle.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.engine.PastRuling;
import dev.treadle.engine.PastRulings;
import dev.treadle.engine.Task;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code treadle gates --dry-run}: what the gates of today would have said to past actions. */
@Command(
    name = "gates",
    description = {
      "Judges the actions of past tasks by the gates of today, and changes nothing.",
      "Exits with 1 when a ruling differs from the one of then: allow, ask or deny, the severity,"
          + " or how many must agree."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line fills in the options.
final class GatesCommand implements Callable<Integer> {
  @ParentCommand private TreadleCommand treadle;

  @Option(names = "--dry-run", description = "needed: there is no other way")
  private boolean dryRun;

  @Option(names = "--agent", paramLabel = "NAME", description = "only the tasks of this agent")
  private @Nullable String agent;

  @Option(
      names = "--most",
      paramLabel = "TASKS",
      description = "of each status, the latest first (default: ${DEFAULT-VALUE})")
  private int most = 500;

  @Option(names = "--json", description = "one JSON document a line")
  private boolean json;

  @Override
  public Integer call() {
    Session session = treadle.session();
    PrintWriter out = session.out();
    if (!dryRun) {
      return session.refused("gates: needs --dry-run; gates are changed in an agent's code");
    }
    // Nothing looked at would read as "nothing differs".
    if (most < 1) return session.refused("--most must be at least 1, was " + most);
    LocalRuntime runtime = session.runtime();
    if (agent != null && runtime.catalog().find(agent).isEmpty()) {
      return session.refused("--agent: there is no agent named " + agent);
    }
    PastRulings past = new PastRulings(runtime.store(), runtime.catalog(), runtime.clock());
    int actions = 0;
    int differing = 0;
    for (Task task : tasks(runtime)) {
      for (PastRuling ruling : past.of(task)) {
        actions++;
        if (ruling.differs()) differing++;
        out.println(json ? Json.write(document(ruling)) : words(ruling));
      }
    }
    if (!json) out.println("%d actions, %d ruled otherwise today".formatted(actions, differing));
    return differing == 0 ? TreadleCommand.EXIT_DONE : TreadleCommand.EXIT_FAILED;
  }

  private List<Task> tasks(LocalRuntime runtime) {
    List<Task> tasks = new ArrayList<>();
    for (Status status : Status.values()) tasks.addAll(runtime.store().list(status, most));
    tasks.removeIf(task -> agent != null && !task.type().equals(agent));
    tasks.sort(Comparator.comparing(Task::since));
    return tasks;
  }

  private static ObjectNode document(PastRuling ruling) {
    ObjectNode document = (ObjectNode) Json.tree(ruling);
    return document.put("differs", ruling.differs());
  }

  private static String words(PastRuling ruling) {
    String where =
        "%s %s #%d %s"
            .formatted(ruling.taskId(), ruling.agent(), ruling.iteration(), ruling.tool());
    String then = words(ruling.then());
    if (!(ruling.now() instanceof PastRuling.Ruled now)) {
      return "%s: then %s; today no agent of that name is deployed".formatted(where, then);
    }
    return ruling.differs()
        ? "%s: DIFFERS: then %s; today %s: %s".formatted(where, then, words(now), now.why())
        : "%s: as then %s".formatted(where, words(now));
  }

  private static String words(PastRuling.Ruled ruled) {
    String rules = ruled.ruleIds().isEmpty() ? "" : " by " + String.join(", ", ruled.ruleIds());
    return switch (ruled.word()) {
      case ALLOW -> "allow" + rules;
      case DENY -> "deny" + rules;
      case ASK ->
          ruled.severity() == null
              ? "ask" + rules
              : "ask %d (%s)%s".formatted(ruled.approvals(), ruled.severity(), rules);
    };
  }
}
