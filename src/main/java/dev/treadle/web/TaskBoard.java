package dev.treadle.web;

import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.engine.ListPlace;
import dev.treadle.engine.Situation;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tasks of a table as operators look for them, a page at a time: the latest change first.
 *
 * <p>Reads the index by status and never the whole table: what lies beyond the newest {@value
 * #READ_MAX} of a status is counted as more, and found by going on.
 */
final class TaskBoard {
  static final int READ_MAX = 200;
  static final int PAGE_MAX = 50;

  /** What narrows the list, by its word in an address. */
  enum Filter {
    RUNNING("Running"),
    WAITING("Waiting for people"),
    PARKED("Parked"),
    STUCK("Stuck"),
    FAILED("Failed"),
    DRIFTING("Drifting"),
    DONE("Done");

    final String title;

    Filter(String title) {
      this.title = title;
    }

    /** Those that tasks which fit may have. */
    Set<Status> statuses() {
      return switch (this) {
        case RUNNING, PARKED -> EnumSet.of(Status.RUNNING);
        case WAITING -> EnumSet.of(Status.WAITING_FOR_HUMAN);
        case STUCK -> EnumSet.of(Status.RUNNING, Status.WAITING_FOR_HUMAN);
        case FAILED, DRIFTING -> EnumSet.of(Status.FAILED);
        case DONE -> EnumSet.of(Status.DONE);
      };
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Filter> of(String word) {
      for (Filter filter : values()) if (filter.word().equals(word)) return Optional.of(filter);
      return Optional.empty();
    }

    boolean admits(Task task, Instant now) {
      Situation.State state = Situation.state(task, now);
      return switch (this) {
        case RUNNING -> state == Situation.State.RUNNING;
        case WAITING -> state == Situation.State.WAITING;
        case PARKED -> state == Situation.State.PARKED;
        case STUCK -> state == Situation.State.STUCK;
        case FAILED -> state == Situation.State.FAILED;
        case DRIFTING -> task.outcome() != null && task.outcome().reason() == Reason.STALE_OUTPUT;
        case DONE -> state == Situation.State.DONE;
      };
    }
  }

  /**
   * What is looked for.
   *
   * @param agent empty for every one
   * @param words part of the id; empty for every one
   */
  record Query(
      Optional<Filter> filter, String agent, String words, Optional<ListPlace> after, int most) {
    boolean admits(Task task, Instant now) {
      return filter.map(each -> each.admits(task, now)).orElse(true)
          && (agent.isEmpty() || agent.equals(task.type()))
          && (words.isEmpty() || task.id().value().contains(words));
    }
  }

  /** How many there are, or at least. */
  record Count(int atLeast, boolean isMore) {
    Count plusOne() {
      return new Count(atLeast + 1, isMore);
    }

    @Override
    public String toString() {
      return atLeast + (isMore ? "+" : "");
    }
  }

  /**
   * A page of tasks.
   *
   * @param next where the list goes on; empty at its end
   * @param agents of the newest tasks
   */
  record Found(
      List<TaskLine> tasks,
      Optional<ListPlace> next,
      Map<Filter, Count> counts,
      Count all,
      List<String> agents) {}

  private final TaskStore store;
  private final Instant now;
  private final Map<Status, List<Task>> newest = new EnumMap<>(Status.class);

  private TaskBoard(TaskStore store, Instant now) {
    this.store = store;
    this.now = now;
    for (Status status : Status.values()) newest.put(status, store.list(status, READ_MAX));
  }

  static Found find(TaskStore store, Query query, Instant now) {
    return new TaskBoard(store, now).found(query);
  }

  private Found found(Query query) {
    Set<Status> statuses =
        query.filter().map(filter -> filter.statuses()).orElse(EnumSet.allOf(Status.class));
    List<Task> read = new ArrayList<>();
    // Beyond the end of a list that was cut, another list's tasks would stand before unread ones.
    Optional<ListPlace> end = Optional.empty();
    for (Status status : statuses) {
      List<Task> some =
          query
              .after()
              .map(place -> store.listAfter(status, place, READ_MAX))
              .orElseGet(() -> newest.getOrDefault(status, List.of()));
      read.addAll(some);
      if (some.size() < READ_MAX) continue;
      ListPlace last = ListPlace.of(some.getLast());
      if (end.isEmpty() || end.get().isAfter(last)) end = Optional.of(last);
    }
    Optional<ListPlace> bound = end;
    List<Task> fitting =
        read.stream()
            .filter(task -> bound.isEmpty() || !ListPlace.of(task).isAfter(bound.get()))
            .filter(task -> query.admits(task, now))
            .sorted(Comparator.comparing(ListPlace::of))
            .toList();
    List<Task> page = fitting.subList(0, Math.min(query.most(), fitting.size()));
    Optional<ListPlace> next =
        page.size() < fitting.size() ? Optional.of(ListPlace.of(page.getLast())) : bound;
    List<TaskLine> lines =
        page.stream().map(task -> TaskLine.of(task, Situation.read(store, task, now))).toList();
    return new Found(lines, next, counts(), all(), agents());
  }

  private Map<Filter, Count> counts() {
    Map<Filter, Count> counts = new EnumMap<>(Filter.class);
    for (Filter filter : Filter.values()) {
      boolean isMore = filter.statuses().stream().anyMatch(this::isCut);
      Count count = new Count(0, isMore);
      for (Status status : filter.statuses()) {
        for (Task task : newest.getOrDefault(status, List.of())) {
          if (filter.admits(task, now)) count = count.plusOne();
        }
      }
      counts.put(filter, count);
    }
    return counts;
  }

  private boolean isCut(Status status) {
    return newest.getOrDefault(status, List.of()).size() >= READ_MAX;
  }

  private Count all() {
    int read = newest.values().stream().mapToInt(List::size).sum();
    return new Count(read, newest.keySet().stream().anyMatch(this::isCut));
  }

  private List<String> agents() {
    Set<String> agents = new TreeSet<>();
    newest.values().forEach(tasks -> tasks.forEach(task -> agents.add(task.type())));
    return List.copyOf(agents);
  }
}
