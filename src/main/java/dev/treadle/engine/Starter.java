package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.Limits;
import dev.treadle.SeriesKey;
import dev.treadle.StepExecutor;
import dev.treadle.TaskId;
import dev.treadle.Violation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts tasks, each once however often its trigger fires.
 *
 * <p>A request is {@code {task_id, task_type, input_data, triggered_by, series?, max_iterations?}}.
 * All of it is checked before anything is written.
 */
public final class Starter {
  private static final int TRIGGER_BYTES_MAX = 100;
  private final TaskStore store;
  private final StepQueue queue;
  private final AgentCatalog agents;
  private final StepExecutor executor;
  private final Worker worker;

  public Starter(
      TaskStore store, StepQueue queue, AgentCatalog agents, StepExecutor executor, Worker worker) {
    this.store = store;
    this.queue = queue;
    this.agents = agents;
    this.executor = executor;
    this.worker = worker;
  }

  /** Of whom a task can be started, by name. */
  public List<Agent> agents() {
    return agents.names().stream().map(name -> agents.find(name).orElseThrow()).toList();
  }

  public StartAnswer start(JsonNode request) {
    List<Violation> violations = new ArrayList<>();
    String taskId = text(request, "task_id", violations);
    if (!taskId.isEmpty() && !TaskId.isLegal(taskId)) {
      violations.add(new Violation("task_id", "must be " + TaskId.RULE));
    }
    if (taskId.contains(Succession.SEPARATOR)) {
      violations.add(
          new Violation("task_id", "must not hold :: because it names the tasks of a chain"));
    }
    String triggeredBy = text(request, "triggered_by", violations);
    if (triggeredBy.getBytes(StandardCharsets.UTF_8).length > TRIGGER_BYTES_MAX) {
      violations.add(
          new Violation("triggered_by", "must be at most " + TRIGGER_BYTES_MAX + " bytes"));
    }
    Optional<Agent> agent = agent(text(request, "task_type", violations), violations);
    JsonNode input = request.path("input_data");
    violations.addAll(InputCheck.violations(input, agent));
    SeriesKey series = series(request.path("series"), violations);
    int maxIterations = maxIterations(request.path("max_iterations"), agent, violations);
    return violations.isEmpty()
        ? begin(new TaskId(taskId), agent.orElseThrow(), input, triggeredBy, series, maxIterations)
        : new StartAnswer.Refused(violations);
  }

  private static String text(JsonNode request, String field, List<Violation> violations) {
    JsonNode value = request.path(field);
    if (value.isTextual() && !value.textValue().isBlank()) return value.textValue();
    violations.add(
        new Violation(field, value.isMissingNode() ? "is missing" : "must be a non-empty text"));
    return "";
  }

  private Optional<Agent> agent(String taskType, List<Violation> violations) {
    Optional<Agent> found = agents.find(taskType);
    if (found.isEmpty() && !taskType.isEmpty()) {
      violations.add(
          new Violation(
              "task_type", "must name an agent; there are " + String.join(", ", agents.names())));
    }
    return found;
  }

  private static @Nullable SeriesKey series(JsonNode value, List<Violation> violations) {
    if (value.isMissingNode()) return null;
    if (value.isTextual() && SeriesKey.isLegal(value.textValue())) {
      return new SeriesKey(value.textValue());
    }
    violations.add(new Violation("series", "must be " + SeriesKey.RULE));
    return null;
  }

  private static int maxIterations(
      JsonNode value, Optional<Agent> agent, List<Violation> violations) {
    if (value.isMissingNode()) {
      return agent.map(found -> found.limits().maxIterations()).orElse(1);
    }
    boolean isLegal =
        value.isIntegralNumber()
            && value.canConvertToInt()
            && value.intValue() >= 1
            && value.intValue() <= Limits.MAX_ITERATIONS_CEILING;
    if (!isLegal) {
      violations.add(
          new Violation(
              "max_iterations",
              "must be a whole number from 1 to " + Limits.MAX_ITERATIONS_CEILING));
    }
    return isLegal ? value.intValue() : 1;
  }

  private StartAnswer begin(
      TaskId id,
      Agent agent,
      JsonNode input,
      String triggeredBy,
      @Nullable SeriesKey series,
      int maxIterations) {
    Instant now = worker.now();
    Limits limits = agent.limits().withMaxIterations(maxIterations);
    Task task =
        Task.start(
            id,
            agent.name(),
            new Task.Origin(triggeredBy, now, null),
            limits,
            executor.firstReserve(agent),
            now);
    TaskInput pinned = TaskInput.of(id, input, series, agent, limits, null);
    Optional<TaskInput> existing = store.begin(new NewTask(task, pinned, List.of())).existing();
    if (existing.isPresent()) return existing(id, existing.get(), pinned.inputDigest());
    queue.send(task.due(), Duration.ZERO);
    return new StartAnswer.Started(task);
  }

  private StartAnswer existing(TaskId id, TaskInput existing, String digest) {
    if (existing.inputDigest().equals(digest)) {
      return new StartAnswer.Existing(store.find(id).orElseThrow());
    }
    return new StartAnswer.Refused(
        List.of(
            new Violation(
                "task_id", id + " was started before with another task_type or input_data")));
  }
}
