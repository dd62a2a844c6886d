package dev.treadle.web;

import java.util.List;

/**
 * The form that starts a task: the model of its page.
 *
 * @param notice why nothing was started; empty on a fresh page
 * @param id names the task, so that a form which is sent twice starts one
 * @param input as it was typed
 */
public record RunPage(TaskPage.Notice notice, List<Choice> agents, String id, String input) {
  public RunPage {
    agents = List.copyOf(agents);
  }

  /**
   * An agent that can be run.
   *
   * @param schema of its input, as text; empty when any object will do
   */
  public record Choice(String name, boolean isChosen, String schema) {}
}
