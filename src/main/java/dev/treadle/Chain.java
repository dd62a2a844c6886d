package dev.treadle;

import java.util.Map;

/**
 * What the completion of a task starts: a task of another agent.
 *
 * <p>Its input is made from the document {@code {task_id, task_type, input_data, output}} of the
 * task that is complete. Its budget is at most its own agent's and at most an equal part, among the
 * chains of one completion, of what that task has left; its deadline is never later.
 *
 * @param agent the name of the agent whose task is started
 * @param input pointers into the completed task's document
 */
public record Chain(String agent, InputMapping input) {
  /** More tasks than this follow each other only by mistake: as in a circle. */
  public static final int DEPTH_MAX = 5;

  /** So that the commit that starts them fits one transaction. */
  public static final int PER_AGENT_MAX = 10;

  /** A chain to an agent; the fields are JSON Pointers by the input's field. */
  public static Chain to(String agent, Map<String, String> fields) {
    return new Chain(agent, InputMapping.of(fields));
  }
}
