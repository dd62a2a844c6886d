package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.CanonicalJson;
import dev.treadle.Chain;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Reserve;
import dev.treadle.TaskId;
import dev.treadle.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Plans the tasks that the completion of a task starts through its agent's chains. Pure: the
 * transaction that records the completion writes them too, or nothing.
 *
 * <p>A child is named by its parent and its agent, so the same completion never starts two. Its
 * budget is taken from what the parent has left, in the same transaction; what it does not spend
 * goes to its own children, and after the last of them to nobody.
 *
 * @param parent what the completed task started with
 */
record Succession(TaskInput parent, AgentCatalog agents, Function<Agent, Reserve> firstReserve) {
  /** No start from outside may use it, so a child's id is never taken. */
  static final String SEPARATOR = "::";

  private static final int ID_CHARS_MAX = 100;
  private static final Duration DEADLINE_MIN = Duration.ofSeconds(1);

  /** What may become of a completion. */
  sealed interface Plan {}

  /** The completion stands; {@code completed} has paid for its children. */
  record Starts(Task completed, List<NewTask> children) implements Plan {}

  /** A completion that its successor cannot take is none: somebody has to look at it. */
  record Unfit(String why) implements Plan {}

  /**
   * Plans what follows.
   *
   * @param completed the task with all its spending settled
   */
  Plan plan(Task completed, List<Chain> chains, JsonNode output, Instant now) {
    int depth = parent.lineage() == null ? 1 : parent.lineage().depth() + 1;
    List<NewTask> children = new ArrayList<>();
    Task paying = completed;
    int bytes = 0;
    for (Chain chain : chains) {
      Optional<Agent> agent = agents.find(chain.agent());
      if (agent.isEmpty()) return unfit(chain, "the agent is gone");
      if (depth > Chain.DEPTH_MAX) {
        return unfit(chain, "a chain may be at most %d tasks deep".formatted(Chain.DEPTH_MAX));
      }
      ObjectNode input = chain.input().input(document(completed, output));
      List<Violation> violations = InputCheck.violations(input, agent);
      if (!violations.isEmpty()) return unfit(chain, text(violations));
      bytes += InputCheck.bytes(input);
      // All of them share the completion's transaction.
      if (bytes > Defaults.INPUT_BYTES_MAX) {
        return unfit(
            chain,
            "the inputs of all chains must be at most %d bytes together"
                .formatted(Defaults.INPUT_BYTES_MAX));
      }
      Limits.Budget slice = slice(paying, agent.get(), chains.size() - children.size(), now);
      paying = paying.paying(slice);
      children.add(child(completed, agent.get(), input, slice, depth, now));
    }
    return new Starts(paying, children);
  }

  private ObjectNode document(Task completed, JsonNode output) {
    ObjectNode document = Json.object();
    document.put("task_id", completed.id().value()).put("task_type", completed.type());
    document.set("input_data", parent.inputData());
    document.set("output", output);
    return document;
  }

  private static Unfit unfit(Chain chain, String why) {
    return new Unfit("chain to %s: %s".formatted(chain.agent(), why));
  }

  private static String text(List<Violation> violations) {
    return String.join("; ", violations.stream().map(Violation::toString).toList());
  }

  /** At most the agent's own, and an equal part of what is left for so many children. */
  private static Limits.Budget slice(Task paying, Agent agent, int children, Instant now) {
    Task.Funds left = paying.funds();
    Limits.Budget own = agent.limits().budget();
    Duration untilDeadline = Duration.between(now, left.deadline());
    Duration deadline =
        untilDeadline.compareTo(own.deadline()) < 0 ? untilDeadline : own.deadline();
    return new Limits.Budget(
        Math.min(own.costMicros(), left.costMicrosLeft() / children),
        Math.min(own.tokens(), left.tokensLeft() / children),
        Math.min(own.toolCalls(), Math.max(0, left.toolCallsLeft()) / children),
        deadline.compareTo(DEADLINE_MIN) < 0 ? DEADLINE_MIN : deadline);
  }

  private NewTask child(
      Task completed, Agent agent, ObjectNode input, Limits.Budget slice, int depth, Instant now) {
    TaskId id = childOf(completed.id(), agent.name());
    Limits limits = agent.limits().withBudget(slice);
    TaskId root = parent.lineage() == null ? completed.id() : parent.lineage().root();
    Task.Origin origin = new Task.Origin("chain:" + completed.type(), now, completed.id());
    return new NewTask(
        Task.start(id, agent.name(), origin, limits, firstReserve.apply(agent), now),
        TaskInput.of(id, input, null, agent, limits, new TaskInput.Lineage(root, depth)),
        List.of());
  }

  /** The same for the same parent and agent, and as readable as the length of an id allows. */
  static TaskId childOf(TaskId parent, String agent) {
    String readable = parent + SEPARATOR + agent;
    if (readable.length() <= ID_CHARS_MAX) return new TaskId(readable);
    String digest = CanonicalJson.sha256(parent.value()).substring(0, 32);
    return new TaskId(digest + SEPARATOR + agent);
  }
}
