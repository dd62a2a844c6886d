package dev.treadle.local;

import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.JournalCheck;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares what the table says with what happened outside.
 *
 * @param broken the promises that were not kept, in words
 * @param lost tasks that are not there, or did not end
 * @param repeated effects that happened more than once
 */
record ChaosVerdict(
    Figures figures, int tasks, int effects, int lost, int repeated, List<String> broken) {
  private static final List<String> DEEDS =
      Stream.of(
              IntStream.rangeClosed(1, 2).mapToObj(n -> "book-" + n),
              IntStream.rangeClosed(1, 2).mapToObj(n -> "post-" + n + "-first"),
              IntStream.rangeClosed(1, 2).mapToObj(n -> "post-" + n + "-second"),
              Stream.of("pay-1"))
          .flatMap(deeds -> deeds)
          .toList();

  /**
   * What was done to the runtime.
   *
   * @param wiped messages that were in the queue when it was wiped
   * @param resolved unknown outcomes that the human spoke about
   */
  record Figures(
      long seed,
      int kills,
      int killsInStart,
      int wipes,
      int wiped,
      int approved,
      int rejected,
      int resolved,
      Duration longestRecovery,
      Duration took) {}

  /**
   * Judges.
   *
   * @param happened one line for each effect: the task, a blank, what
   * @param refused tasks whose payment the human did not want
   */
  static ChaosVerdict of(
      Figures figures,
      Collection<TaskId> ids,
      TaskStore store,
      List<String> happened,
      Set<TaskId> refused,
      boolean isWitnessAlive) {
    Map<String, Integer> counts = new HashMap<>();
    happened.forEach(effect -> counts.merge(effect, 1, Integer::sum));
    List<String> broken = new ArrayList<>();
    if (!isWitnessAlive) broken.add("the effect server died, so its count proves nothing");
    int lost = 0;
    for (TaskId id : ids) {
      Optional<Task> task = store.find(id);
      if (task.isEmpty() || task.get().status() != Status.DONE) {
        lost++;
        broken.add(id + " is lost: " + task.map(ChaosVerdict::words).orElse("not in the table"));
        continue;
      }
      judge(task.get(), store, counts, refused.contains(id), broken);
    }
    int repeated = (int) counts.values().stream().filter(count -> count > 1).count();
    counts.forEach((effect, count) -> {
      if (count > 1) broken.add(effect + " happened " + count + " times");
    });
    return new ChaosVerdict(figures, ids.size(), happened.size(), lost, repeated, broken);
  }

  private static String words(Task task) {
    return task.status() + " " + task.outcome() + " in iteration " + task.iteration();
  }

  private static void judge(
      Task task,
      TaskStore store,
      Map<String, Integer> counts,
      boolean isRefused,
      List<String> broken) {
    List<JournalItem> journal = store.journal(task.id(), JournalItem.firstKeyFromSnapshot(0));
    JournalCheck check = JournalCheck.of(task, journal);
    if (!check.equals(new JournalCheck.Intact())) broken.add(task.id() + ": journal " + check);
    Map<String, LedgerRow.State> states = new HashMap<>();
    for (LedgerRow row : store.ledger(task.id())) {
      states.put(row.arguments().path("what").asText(), row.state());
    }
    for (String deed : DEEDS) {
      boolean isWanted = !(isRefused && deed.startsWith("pay"));
      int count = counts.getOrDefault(task.id() + " " + deed, 0);
      if (isWanted && count == 0) broken.add(task.id() + ": " + deed + " never happened");
      if (!isWanted && count > 0) broken.add(task.id() + ": " + deed + " happened unapproved");
      boolean isRecorded = states.get(deed) == LedgerRow.State.SUCCEEDED;
      if (isWanted != isRecorded) {
        broken.add(task.id() + ": the ledger says " + states.get(deed) + " of " + deed);
      }
    }
  }

  String table() {
    String rows =
        """

        seed                               %,10d
        tasks                              %,10d
        effects outside                    %,10d
        kills (SIGKILL)                    %,10d   %d while it started
        queue wiped                        %,10d   %d messages gone
        approved, rejected                 %,10d   %d
        unknown outcomes resolved          %,10d
        longest recovery                   %,10d   ms, from a kill to the next commit of a task it met
        took                               %,10d   s

        tasks lost                         %,10d
        effects repeated                   %,10d
        promises broken                    %,10d
        """
            .formatted(
                figures.seed(),
                tasks,
                effects,
                figures.kills(),
                figures.killsInStart(),
                figures.wipes(),
                figures.wiped(),
                figures.approved(),
                figures.rejected(),
                figures.resolved(),
                figures.longestRecovery().toMillis(),
                figures.took().toSeconds(),
                lost,
                repeated,
                broken.size());
    return rows + String.join("\n", broken);
  }
}
