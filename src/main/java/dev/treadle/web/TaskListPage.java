package dev.treadle.web;

import java.util.List;

/**
 * The list of tasks: the model of its page.
 *
 * @param halts what people have halted
 * @param state the filter that is on, by its word; empty for none
 * @param next the address of the tasks after these; empty at the end
 * @param isNew whether no task was ever started here
 * @param isFirst whether these are the newest
 */
public record TaskListPage(
    List<HaltPage.Row> halts,
    List<Tab> tabs,
    String state,
    String words,
    List<Choice> agents,
    List<Row> rows,
    String next,
    boolean isNew,
    boolean isFirst) {
  public TaskListPage {
    halts = List.copyOf(halts);
    tabs = List.copyOf(tabs);
    agents = List.copyOf(agents);
    rows = List.copyOf(rows);
  }

  /** A filter with its count; its address can be passed on. */
  public record Tab(String words, String count, String href, boolean isCurrent) {}

  /** One agent. */
  public record Choice(String name, boolean isCurrent) {}

  /**
   * One task.
   *
   * @param step the iteration and the cap
   * @param left what it may still spend
   */
  public record Row(
      String href,
      String id,
      Mark state,
      String why,
      String next,
      String agent,
      String trigger,
      String step,
      String left,
      String age,
      String changed) {
    public boolean isDone() {
      return state.css().equals("done");
    }
  }

  /** A state as a word and, for looks alone, as a class. */
  public record Mark(String words, String css) {
    static Mark of(String state) {
      return new Mark(
          switch (state) {
            case "waiting" -> "Waiting";
            case "running" -> "Running";
            case "parked" -> "Parked";
            case "stuck" -> "Stuck";
            case "failed" -> "Failed";
            default -> "Done";
          },
          state);
    }
  }

  public boolean hasRows() {
    return !rows.isEmpty();
  }

  public boolean hasNext() {
    return !next.isEmpty();
  }

  public boolean hasManyAgents() {
    return agents.size() > 1;
  }
}
