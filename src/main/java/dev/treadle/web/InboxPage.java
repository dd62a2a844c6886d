package dev.treadle.web;

import java.util.List;

/**
 * What waits for a person, and what was decided: the model of the inbox.
 *
 * @param state the list that is shown, by its word in the address
 * @param find what the rows must hold
 * @param empty what an empty tab says, line by line
 * @param last what was decided last, for whom nothing waits
 * @param isCut whether there may be more than is shown
 */
public record InboxPage(
    String person,
    String state,
    List<Tab> tabs,
    String find,
    List<Filter> filters,
    List<Row> rows,
    List<String> empty,
    List<Row> last,
    boolean isCut) {
  public InboxPage {
    tabs = List.copyOf(tabs);
    filters = List.copyOf(filters);
    rows = List.copyOf(rows);
    empty = List.copyOf(empty);
    last = List.copyOf(last);
  }

  /** One of the lists; its address can be passed on. */
  public record Tab(String words, int count, String href, boolean isCurrent) {}

  /** A choice that narrows the list. */
  public record Filter(String name, String label, List<Option> options) {
    public Filter {
      options = List.copyOf(options);
    }
  }

  /** One value of a filter. */
  public record Option(String value, boolean isCurrent) {
    public String words() {
      return value.replace('_', ' ');
    }
  }

  /**
   * One request.
   *
   * @param source the agent and its tool
   * @param end time left, or how it ended
   * @param result what came of the action; empty before it could run
   */
  public record Row(
      String href,
      Sheet.Weight severity,
      Legible title,
      String source,
      String age,
      String end,
      String votes,
      String result) {
    public boolean hasVotes() {
      return !votes.isEmpty();
    }

    public boolean hasResult() {
      return !result.isEmpty();
    }
  }

  public boolean hasRows() {
    return !rows.isEmpty();
  }

  /** A list that was narrowed to nothing says so; one that is empty has nothing to narrow. */
  public boolean hasFilters() {
    return hasRows() || !find.isEmpty() || !filters.isEmpty();
  }

  public String emptyTitle() {
    return switch (state) {
      case "waiting" -> "Nothing is waiting for you";
      case "others" -> "Nothing is waiting for others";
      default -> "Nothing was decided yet";
    };
  }
}
