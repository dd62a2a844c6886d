package dev.treadle.web;

import java.util.List;

/**
 * What waits for a person, and what was decided: the model of the inbox.
 *
 * @param state the list that is shown, by its word in the address
 * @param empty what an empty tab says, line by line
 * @param isCut whether there may be more than is shown
 */
public record InboxPage(
    String person,
    String state,
    List<Tab> tabs,
    List<Filter> filters,
    List<Row> rows,
    List<String> empty,
    boolean isCut) {
  public InboxPage {
    tabs = List.copyOf(tabs);
    filters = List.copyOf(filters);
    rows = List.copyOf(rows);
    empty = List.copyOf(empty);
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
  public record Option(String value, boolean isCurrent) {}

  /**
   * One request.
   *
   * @param end time left, or how it ended
   */
  public record Row(
      String href,
      Sheet.Weight severity,
      Legible title,
      String agent,
      String age,
      String end,
      String votes) {
    public boolean hasVotes() {
      return !votes.isEmpty();
    }
  }

  public boolean hasRows() {
    return !rows.isEmpty();
  }

  public boolean hasFilters() {
    return !filters.isEmpty();
  }

  public String emptyTitle() {
    return switch (state) {
      case "waiting" -> "Nothing is waiting for you";
      case "others" -> "Nothing is waiting for others";
      default -> "Nothing was decided yet";
    };
  }
}
