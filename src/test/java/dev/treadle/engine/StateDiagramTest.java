package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Reserve;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.Usage;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Draws what the transitions of {@link Task} do, by trying each on a task in each state, and holds
 * the picture in docs/map.md to it.
 */
class StateDiagramTest {
  private static final Instant NOW = StoreSamples.NOW;
  private static final Task STARTED = StoreSamples.newTask(new TaskId("t-1")).task();
  private static final Task LEASED = STARTED.claimed(new Lease("token", NOW.plusSeconds(150)));
  private static final Task ADVANCED = advanced(LEASED);
  private static final Task WAITING = ADVANCED.waiting(because(Reason.OUTCOME_UNKNOWN), NOW, NOW);

  /** A task in each state that a transition may find it in. */
  private static final List<Task> STATES =
      List.of(
          STARTED,
          LEASED,
          WAITING,
          ADVANCED.stopped(because(Reason.TASK_COMPLETE), NOW),
          ADVANCED.stopped(because(Reason.CANCELLED), NOW));

  /** What makes the next version, by the name of its method. */
  private static final Map<String, UnaryOperator<Task>> TRANSITIONS =
      new TreeMap<>(
          Map.of(
              "claimed", task -> task.claimed(new Lease("token", NOW.plusSeconds(150))),
              "released", task -> task.released(NOW, Usage.NONE, true, "h", NOW),
              "advanced", StateDiagramTest::advanced,
              "ended", task -> task.ended(because(Reason.CANCELLED), "h", NOW),
              "answered", task -> task.answered(task.progress(), "h", NOW),
              "stillWaiting", task -> task.stillWaiting(NOW, "h"),
              "resumed",
                  task -> task.resumed(task.funds(), Task.Attempts.fresh(NOW, 3, 20), "h", NOW)));

  /** What only adds to a transition, or leaves status and outcome alone. */
  private static final Set<String> PARTS =
      Set.of(
          "withProgress",
          "paying",
          "waiting",
          "stopped",
          "forkedAt",
          "abandoned",
          "raised",
          "redriven",
          "resent",
          "cancelRequested");

  private static Task advanced(Task task) {
    return task.advanced(Usage.NONE, 0, Reserve.NONE, false, 3, NOW);
  }

  private static Outcome because(Reason reason) {
    return new Outcome(reason, "a test");
  }

  @Test
  void theMapShowsTheTransitionsThatTheCodeAllows() throws Exception {
    String map = Files.readString(Path.of("docs", "map.md"));

    assertThat(map).contains("```mermaid\n" + diagram() + "```\n");
  }

  @Test
  void noTransitionIsLeftOut() {
    Set<String> made =
        Arrays.stream(Task.class.getDeclaredMethods())
            .filter(method -> method.getReturnType() == Task.class)
            .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));

    Set<String> known = new TreeSet<>(TRANSITIONS.keySet());
    known.addAll(PARTS);
    assertThat(made).isEqualTo(known);
  }

  private static String diagram() {
    StringBuilder text = new StringBuilder("stateDiagram-v2\n");
    text.append("    [*] --> %s: started\n".formatted(STARTED.status().wireName()));
    for (Map.Entry<String, List<String>> edge : edges().entrySet()) {
      text.append("    %s: %s\n".formatted(edge.getKey(), String.join("<br/>", edge.getValue())));
    }
    text.append("    %s --> [*]\n".formatted(Status.DONE.wireName()));
    for (Status status : Status.values()) {
      if (status != Status.RUNNING) text.append(reasons(status));
    }
    return text.toString();
  }

  private static String reasons(Status status) {
    StringBuilder note = new StringBuilder("    note right of %s\n".formatted(status.wireName()));
    for (Reason reason : Reason.values()) {
      if (reason.status() == status) note.append("        %s\n".formatted(reason.wireName()));
    }
    return note.append("    end note\n").toString();
  }

  /** By "from --> to", in the order of the statuses. */
  private static Map<String, List<String>> edges() {
    Map<String, List<String>> edges = new LinkedHashMap<>();
    for (Task task : STATES) {
      TRANSITIONS.forEach((name, transition) ->
          tried(transition, task).ifPresent(next -> note(edges, task, next, name)));
      if (tried(TRANSITIONS.get("advanced"), task).isEmpty()) continue;
      for (Reason reason : Reason.values()) {
        Task next = stopped(advanced(task), reason);
        boolean ends = next.status().isTerminal();
        note(edges, task, next, ends ? "advanced, stopped" : "advanced, waiting");
      }
    }
    return edges;
  }

  /** A step that was recorded may stop the task, for the terminator's reason. */
  private static Task stopped(Task advanced, Reason reason) {
    return reason.status().isTerminal()
        ? advanced.stopped(because(reason), NOW)
        : advanced.waiting(because(reason), NOW, NOW);
  }

  private static Optional<Task> tried(UnaryOperator<Task> transition, Task task) {
    try {
      return Optional.of(transition.apply(task));
    } catch (IllegalStateException notAllowed) {
      assertThat(notAllowed).hasMessageStartingWith("cannot ");
      return Optional.empty();
    }
  }

  private static void note(Map<String, List<String>> edges, Task from, Task to, String how) {
    Status before = from.status();
    List<String> known =
        edges.computeIfAbsent(
            before.wireName() + " --> " + to.status().wireName(), _ -> new ArrayList<>());
    if (!known.contains(how)) known.add(how);
  }
}
