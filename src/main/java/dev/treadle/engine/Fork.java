package dev.treadle.engine;

import dev.treadle.Agent;
import dev.treadle.Limits;
import dev.treadle.Phase;
import dev.treadle.Redaction;
import dev.treadle.StepExecutor;
import dev.treadle.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts a new task from a checkpoint of another, with a ledger and a budget of its own. */
public final class Fork {
  private final TaskStore store;
  private final StepQueue queue;
  private final AgentCatalog agents;
  private final StepExecutor executor;
  private final Worker worker;

  public Fork(
      TaskStore store, StepQueue queue, AgentCatalog agents, StepExecutor executor, Worker worker) {
    this.store = store;
    this.queue = queue;
    this.agents = agents;
    this.executor = executor;
    this.worker = worker;
  }

  /**
   * Forks a task.
   *
   * @param checkpoint the iteration after which the fork goes on
   * @param why is kept in the fork's journal, with who did it
   */
  public OperatorAnswer fork(TaskId source, int checkpoint, TaskId as, String by, String why) {
    if (as.value().contains(Succession.SEPARATOR)) {
      return new OperatorAnswer.Refused(
          "the id %s must not hold :: because it names the tasks of a chain".formatted(as));
    }
    Optional<Task> found = store.find(source);
    Optional<TaskInput> input = store.input(source);
    if (found.isEmpty() || input.isEmpty()) {
      return new OperatorAnswer.Refused("there is no task " + source);
    }
    Optional<Agent> agent = agents.find(found.get().type());
    if (agent.isEmpty()) {
      return new OperatorAnswer.Refused("agent " + found.get().type() + " is gone");
    }
    List<JournalItem> items = store.journal(source, JournalItem.firstKeyFromSnapshot(0));
    List<JournalItem.Entry> checkpoints = checkpoints(items);
    if (checkpoints.stream().noneMatch(entry -> entry.iteration() == checkpoint)) {
      return new OperatorAnswer.Refused(
          "iteration %d of task %s is no checkpoint; there are %s"
              .formatted(
                  checkpoint,
                  source,
                  checkpoints.stream().map(JournalItem.Entry::iteration).toList()));
    }
    History history = upTo(checkpoint, items);
    String text = "from task %s after iteration %d: %s".formatted(source, checkpoint, why);
    return begin(found.get(), input.get(), agent.get(), history, new Forked(as, by, text));
  }

  private static List<JournalItem.Entry> checkpoints(List<JournalItem> items) {
    List<JournalItem.Entry> checkpoints = new ArrayList<>();
    for (JournalItem item : items) {
      if (item instanceof JournalItem.Entry entry && entry.checkpoint() != null) {
        checkpoints.add(entry);
      }
    }
    return checkpoints;
  }

  private static History upTo(int checkpoint, List<JournalItem> items) {
    return History.of(items.stream().filter(item -> item.iteration() <= checkpoint).toList());
  }

  /** The new task's name, and what its journal begins with. */
  private record Forked(TaskId as, String by, String text) {}

  private OperatorAnswer begin(
      Task source, TaskInput input, Agent agent, History history, Forked fork) {
    TaskId as = fork.as();
    Instant now = worker.now();
    Limits limits = input.limits();
    Task fresh =
        Task.start(
            as,
            source.type(),
            new Task.Origin(fork.by(), now, source.id()),
            limits.withMaxIterations(
                Math.min(Limits.MAX_ITERATIONS_CEILING, history.upTo() + limits.maxIterations())),
            executor.firstReserve(agent),
            now);
    var note =
        new JournalItem.Note(
            JournalItem.SCHEMA,
            as,
            history.upTo() + 1,
            1,
            now,
            JournalItem.Note.FORKED,
            fork.by(),
            Redaction.byShape(fork.text()),
            "");
    Task task = fresh.forkedAt(history.upTo(), phase(source, input, history), note.hash());
    TaskInput forked = input.forkedAs(as, source);
    var snapshot =
        new JournalItem.Snapshot(
            JournalItem.SCHEMA, as, history.upTo(), history.forked(forked.fromOutside()));
    NewTask newTask = new NewTask(task, forked, List.of(snapshot, note));
    if (store.begin(newTask).existing().isPresent()) {
      return new OperatorAnswer.Refused("task " + as + " exists already");
    }
    queue.send(task.due(), Duration.ZERO);
    return new OperatorAnswer.Done(task);
  }

  /** The phase that the source was in after the checkpoint: that of its next iteration. */
  private int phase(Task source, TaskInput input, History history) {
    if (input.phases().isEmpty()) return 0;
    int next = history.upTo() + 1;
    List<String> names = input.phases().stream().map(Phase::name).toList();
    return store.journal(source.id(), JournalItem.firstKey(next)).stream()
        .filter(item -> item.iteration() == next)
        .filter(JournalItem.Entry.class::isInstance)
        .map(item -> names.indexOf(((JournalItem.Entry) item).phase()))
        .findFirst()
        .orElse(source.progress().phase());
  }
}
