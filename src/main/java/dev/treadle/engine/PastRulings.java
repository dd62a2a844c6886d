package dev.treadle.engine;

import dev.treadle.Agent;
import dev.treadle.Gate;
import dev.treadle.Judgement;
import dev.treadle.Tool;
import dev.treadle.engine.PastRuling.Ruled;
import dev.treadle.engine.PastRuling.Word;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Judges the actions of past tasks by the policy of today, and changes nothing: what a change of a
 * gate would have done.
 *
 * <p>Each action is judged as the gate saw it then: with the confidence of its step, and with what
 * the task had read before. What calls only read is judged if people were asked about it.
 */
public final class PastRulings {
  private static final Ruled ALLOWED = new Ruled(Word.ALLOW, null, 0, List.of(), "it ran unasked");
  private final TaskStore store;
  private final AgentCatalog agents;
  private final InstantSource clock;

  public PastRulings(TaskStore store, AgentCatalog agents, InstantSource clock) {
    this.store = store;
    this.agents = agents;
    this.clock = clock;
  }

  /** The actions that a task proposed, in the order proposed; not what people edited them into. */
  public List<PastRuling> of(Task task) {
    List<LedgerRow> ledger = store.ledger(task.id());
    Set<String> edits =
        ledger.stream()
            .flatMap(row -> Optional.ofNullable(row.revisedAs()).stream())
            .collect(Collectors.toSet());
    List<JournalItem> journal =
        store.journal(task.id(), JournalItem.firstKeyFromSnapshot(0)).stream().toList();
    Optional<TaskInput> input = store.input(task.id());
    Map<String, Approval> questions = new HashMap<>();
    store.approvals(task.id()).forEach(each -> questions.put(each.id(), each));
    return ledger.stream()
        .filter(row -> !edits.contains(row.key()))
        .sorted(Comparator.comparingInt(LedgerRow::iteration).thenComparingInt(LedgerRow::ordinal))
        .map(row -> {
          Optional<Approval> question =
              Optional.ofNullable(row.approvalId()).map(id -> questions.get(id));
          return ruling(task, input, row, question, journal);
        })
        .toList();
  }

  private PastRuling ruling(
      Task task,
      Optional<TaskInput> input,
      LedgerRow row,
      Optional<Approval> question,
      List<JournalItem> journal) {
    Ruled then =
        row.approvalId() == null
            ? ALLOWED
            : question
                .map(Ruled::of)
                .orElseGet(() -> new Ruled(Word.ASK, null, 0, List.of(), "nobody was asked yet"));
    Ruled now =
        agents
            .find(task.type())
            .map(agent -> input.map(given -> Iteration.bound(task, given, agent)).orElse(agent))
            .map(agent -> Ruled.of(judged(task, agent, row, then, journal)))
            .orElse(null);
    return new PastRuling(
        task.id(), task.type(), row.iteration(), row.key(), row.tool(), then, now);
  }

  private Judgement judged(
      Task task, Agent agent, LedgerRow row, Ruled then, List<JournalItem> journal) {
    Optional<Tool> tool = agent.tool(row.tool());
    if (tool.isEmpty()) return agent.gate().judge(Gate.Subject.unknown(row.tool()));
    History before =
        History.of(journal.stream().filter(item -> item.iteration() < row.iteration()).toList());
    Optional<Double> confidence =
        journal.stream()
            .filter(item -> item.iteration() == row.iteration())
            .filter(JournalItem.Entry.class::isInstance)
            .flatMap(item -> Optional.ofNullable(((JournalItem.Entry) item).confidence()).stream())
            .findFirst();
    Judgement judgement =
        new Asking(task, agent, before, confidence, "", Optional.empty(), clock.instant())
            .judge(tool.get(), row.call());
    // What was found in a delivery then is no matter of policy, and is found no second time.
    return then.ruleIds().contains(Asking.STALE) ? Asking.stale(judgement, "as then") : judgement;
  }
}
