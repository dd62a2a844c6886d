package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.DeliveryCheck;
import dev.treadle.DeliveryCheck.Delivery;
import dev.treadle.DeliveryCheck.Judged;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.SeriesKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Adds the run of its series to every change that ends a task, whoever ends it, so that a run is
 * there exactly when its task has ended. Other changes pass through untouched.
 */
final class SeriesRecording extends ForwardingTaskStore {
  private final AgentCatalog agents;
  private final DeliveryCheck check;

  SeriesRecording(TaskStore store, AgentCatalog agents, DeliveryCheck check) {
    super(store);
    this.agents = agents;
    this.check = check;
  }

  @Override
  public Commit commit(Change change) {
    if (!change.to().status().isTerminal()) return store.commit(change);
    Optional<TaskInput> input = store.input(change.to().id());
    SeriesKey series = input.map(TaskInput::series).orElse(null);
    return series == null
        ? store.commit(change)
        : store.commit(change.with(run(change, input.orElseThrow(), series)));
  }

  private SeriesRun run(Change change, TaskInput input, SeriesKey series) {
    Task task = change.to();
    Outcome outcome = task.outcome();
    if (outcome == null) throw new IllegalStateException("task " + task.id() + " ends unexplained");
    List<LedgerRow> delivering = delivering(change);
    Optional<Judged> judged =
        change
            .judged()
            .or(() -> payload(change, delivering).flatMap(it -> judge(change, series, it)));
    return new SeriesRun(
        SeriesRun.SCHEMA,
        series,
        task.id(),
        task.type(),
        task.origin().triggeredAt(),
        task.since(),
        outcome.reason(),
        isDelivered(task, outcome, delivering),
        spentMicros(task, input),
        judged.map(Judged::fingerprint).orElse(null),
        judged.flatMap(Judged::similarity).orElse(null),
        judged.map(Judged::findings).orElse(List.of()),
        judged.flatMap(Judged::expected).orElse(null));
  }

  /** The actions that delivered or were to deliver, the last one last. */
  private List<LedgerRow> delivering(Change change) {
    Task task = change.to();
    Optional<Agent> agent = agents.find(task.type());
    if (agent.isEmpty() || agent.get().drift().deliveredBy().isEmpty()) return List.of();
    List<LedgerRow> rows = new ArrayList<>(store.ledger(task.id()));
    rows.removeIf(row -> !agent.get().drift().deliveredBy().contains(row.tool()));
    return rows;
  }

  private static Optional<JsonNode> payload(Change change, List<LedgerRow> delivering) {
    if (!delivering.isEmpty()) return Optional.of(delivering.getLast().arguments());
    return change.items().stream()
        .filter(JournalItem.Entry.class::isInstance)
        .map(item -> ((JournalItem.Entry) item).output())
        .filter(Objects::nonNull)
        .findFirst();
  }

  private Optional<Judged> judge(Change change, SeriesKey series, JsonNode payload) {
    Task task = change.to();
    Optional<Agent> agent = agents.find(task.type());
    if (agent.isEmpty()) return Optional.empty();
    List<JournalItem> journal =
        new ArrayList<>(store.journal(task.id(), JournalItem.firstKeyFromSnapshot(0)));
    // A repeated commit, whose first reply was lost, finds its own entry there already.
    change.items().stream()
        .filter(item -> journal.stream().noneMatch(isAt(item)))
        .forEach(journal::add);
    return Optional.of(
        check.judge(
            new Delivery(
                series,
                task.id(),
                task.origin().triggeredAt(),
                task.since(),
                agent.get().drift(),
                payload,
                Deliveries.reads(journal, agent.get()))));
  }

  private static java.util.function.Predicate<JournalItem> isAt(JournalItem item) {
    return stored -> stored.sortKey().equals(item.sortKey());
  }

  private boolean isDelivered(Task task, Outcome outcome, List<LedgerRow> delivering) {
    boolean byCall =
        agents
            .find(task.type())
            .filter(agent -> !agent.drift().deliveredBy().isEmpty())
            .isPresent();
    return byCall
        ? delivering.stream().anyMatch(row -> row.state() == LedgerRow.State.SUCCEEDED)
        : outcome.reason() == Reason.TASK_COMPLETE;
  }

  /** What the task took from its budget; a resume that raised it makes this too little. */
  private static long spentMicros(Task task, TaskInput input) {
    return Math.max(0, input.limits().budget().costMicros() - task.funds().costMicrosLeft());
  }
}
