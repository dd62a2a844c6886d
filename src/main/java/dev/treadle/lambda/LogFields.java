package dev.treadle.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.engine.StepMessage;
import java.util.function.Supplier;
import org.jboss.logging.MDC;

/**
 * Puts {@code task}, {@code iteration} and {@code agent} beside each line that is logged while a
 * step runs, by whomever it is written.
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

  /** The same executor, whose lines name the agent too. */
  public static StepExecutor around(StepExecutor executor) {
    return new StepExecutor() {
      @Override
      public StepResult execute(StepInput input, Actions actions) {
        // Until the message is done: what the loop says after the step is about this agent as well.
        MDC.put(AGENT, input.agent().name());
        return executor.execute(input, actions);
      }

      @Override
      public Reserve firstReserve(Agent agent) {
        return executor.firstReserve(agent);
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
