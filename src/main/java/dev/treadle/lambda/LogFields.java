package dev.treadle.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.Reason;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.engine.Claim;
import dev.treadle.engine.Claimed;
import dev.treadle.engine.ForwardingTaskStore;
import dev.treadle.engine.Lease;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.time.Instant;
import java.util.function.Supplier;
import org.jboss.logging.MDC;

/**
 * Puts {@code task}, {@code iteration} and {@code agent} beside each line that is logged while a
 * message is worked on, by whomever it is written; the agent from the claim on.
 */
public final class LogFields {
  private static final String TASK = "task";
  private static final String ITERATION = "iteration";
  private static final String AGENT = "agent";

  private LogFields() {}

  /** Does something for a message; what the step adds goes with it. */
  static <T> T during(StepMessage message, Supplier<T> work) {
    put(message.taskId(), message.iteration());
    try {
      return work.get();
    } finally {
      clear();
    }
  }

  /** The same store: a message does not say whose task it is about, and a claim does. */
  public static TaskStore around(TaskStore store) {
    return new ForwardingTaskStore(store) {
      @Override
      public Claimed claim(StepMessage message, Lease lease, Instant now) {
        Claimed claimed = super.claim(message, lease, now);
        // Until the message is done. Other answers run nothing and lead to no line.
        switch (claimed.claim()) {
          case Claim.Granted(Task task) -> MDC.put(AGENT, task.type());
          case Claim.AlreadyRecorded(Task task) -> MDC.put(AGENT, task.type());
          case Claim.Exhausted(Task task, Reason _, String _) -> MDC.put(AGENT, task.type());
          case Claim.Held _, Claim.TooEarly _, Claim.Obsolete _, Claim.Newer _ -> {}
        }
        return claimed;
      }
    };
  }

  /** The same agent: its tools run on threads of their own, which know nothing of the step. */
  public static Agent around(Agent agent) {
    return agent.with(agent.tools().stream().map(tool -> around(agent.name(), tool)).toList());
  }

  private static Tool around(String agent, Tool tool) {
    Tool.Body<JsonNode> body = tool.body();
    return tool.performing((arguments, invocation) -> {
      // Never taken away: the thread is of this call alone.
      put(invocation.taskId(), invocation.iteration());
      MDC.put(AGENT, agent);
      return body.perform(arguments, invocation);
    });
  }

  private static void put(TaskId task, int iteration) {
    MDC.put(TASK, task.value());
    MDC.put(ITERATION, Integer.toString(iteration));
  }

  private static void clear() {
    MDC.remove(TASK);
    MDC.remove(ITERATION);
    MDC.remove(AGENT);
  }
}
