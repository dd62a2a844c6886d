package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A claimed iteration with everything that was read for it.
 *
 * @param agent the agent on the data that the task started with
 * @param recordedAnswer of an earlier attempt of this iteration
 * @param callsEnd no call may last longer, or its worker might be cut before it is recorded
 */
record Iteration(
    Task task,
    TaskInput input,
    History history,
    Agent agent,
    Optional<JsonNode> recordedAnswer,
    Instant callsEnd) {
  /**
   * @param cutAt when the platform ends this worker, whatever it is at
   */
  static Iteration of(Task task, Recall recall, Agent agent, Instant cutAt) {
    Optional<JsonNode> answer =
        recall.items().stream()
            .filter(JournalItem.Answer.class::isInstance)
            .map(JournalItem.Answer.class::cast)
            .filter(kept -> kept.iteration() == task.iteration())
            .map(JournalItem.Answer::answer)
            .findFirst();
    return new Iteration(
        task,
        recall.input(),
        History.of(recall.items()),
        bound(task, recall.input(), agent),
        answer,
        cutAt.minus(Defaults.COMMIT_MARGIN));
  }

  /** What the task was given is trusted as an argument, unless a stranger gave it. */
  static Agent bound(Task task, TaskInput input, Agent agent) {
    if (Taint.startedFromOutside(task) || input.fromOutside()) return agent;
    return agent.with(
        agent.tools().stream()
            .map(tool -> tool.reaching(tool.outward().trusting(input.inputData())))
            .toList());
  }

  Iteration on(Task current) {
    return new Iteration(current, input, history, agent, recordedAnswer, callsEnd);
  }

  /** Whether a call that begins now and takes so long at most would be over in time. */
  boolean hasTimeFor(Duration call, Instant now) {
    return !now.plus(call).isAfter(callsEnd);
  }
}
