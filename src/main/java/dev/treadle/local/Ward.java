package dev.treadle.local;

import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.SeriesKey;
import dev.treadle.Status;
import dev.treadle.drift.ScheduleHealth;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Situation;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import dev.treadle.trigger.Schedule;
import dev.treadle.web.SeriesDesk;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is in a store, and whether somebody must look at it.
 *
 * @param schedules those that should have started tasks
 */
record Ward(LocalRuntime runtime, List<Schedule> schedules, Instant now) {
  private static final int TASKS_OF_STATUS_MAX = 500;
  private static final int NAMED_MAX = 3;

  List<Diagnosis> diagnoses() {
    List<Diagnosis> all = new ArrayList<>();
    List<Task> tasks = new ArrayList<>();
    try {
      for (Status status : Status.values()) {
        tasks.addAll(runtime.store().list(status, TASKS_OF_STATUS_MAX));
      }
    } catch (IllegalStateException newer) {
      // A document of a later version, which says so itself.
      return List.of(
          Diagnosis.wrong("store", String.valueOf(newer.getMessage()), "use the newer treadle"));
    }
    all.add(
        Diagnosis.ok(
            "store", "%d tasks can be read, stored form %d".formatted(tasks.size(), Task.SCHEMA)));
    all.add(agents(List.copyOf(runtime.catalog().names())));
    schedules.forEach(schedule -> all.add(fires(schedule)));
    all.add(stuck(tasks, now));
    all.add(unknown(tasks));
    all.add(untold(runtime.store(), tasks));
    runtime.ground().embedded().ifPresent(queue -> all.add(dead(queue.deadLetters().size())));
    return all;
  }

  static Diagnosis agents(List<String> names) {
    return names.isEmpty()
        ? Diagnosis.wrong(
            "agents",
            "none was found",
            "name its class in META-INF/services/dev.treadle.AgentSource")
        : Diagnosis.ok("agents", String.join(", ", names));
  }

  private Diagnosis fires(Schedule schedule) {
    SeriesKey series = new SeriesKey(schedule.name());
    ScheduleHealth health =
        runtime
            .scheduledSeries(() -> List.of(schedule))
            .view(series)
            .map(SeriesDesk.View::health)
            .orElseThrow();
    return health.isWell()
        ? Diagnosis.ok("schedule", schedule.name())
        : Diagnosis.wrong(
            "schedule",
            "%s: %s".formatted(schedule.name(), trouble(health)),
            "treadle health " + schedule.name());
  }

  private static String trouble(ScheduleHealth health) {
    return health.missed().isEmpty()
        ? health.overdue().orElse(health.streak())
        : health.missed().size() + " fires were missed";
  }

  private static Diagnosis stuck(List<Task> tasks, Instant now) {
    List<Task> stuck =
        tasks.stream().filter(task -> Situation.state(task, now) == Situation.State.STUCK).toList();
    return stuck.isEmpty()
        ? Diagnosis.ok("tasks", "none is stuck")
        : Diagnosis.wrong(
            "tasks",
            "%d stuck: %s".formatted(stuck.size(), names(stuck)),
            "see that workers and the watchdog run; then: treadle tasks --state stuck");
  }

  static Diagnosis unknown(List<Task> tasks) {
    List<Task> unknown =
        tasks.stream()
            .filter(task ->
                task.outcome() instanceof Outcome outcome
                    && outcome.reason() == Reason.OUTCOME_UNKNOWN)
            .toList();
    return unknown.isEmpty()
        ? Diagnosis.ok("outcomes", "none is unknown")
        : Diagnosis.wrong(
            "outcomes",
            "of %d actions nobody knows whether they happened: %s"
                .formatted(unknown.size(), names(unknown)),
            "find out, then: treadle resolve TASK happened|run|stop");
  }

  /** Whoever was not told cannot answer, and time runs on. */
  static Diagnosis untold(TaskStore store, List<Task> tasks) {
    List<Task> untold =
        tasks.stream()
            .filter(task -> task.status() == Status.WAITING_FOR_HUMAN)
            .filter(task -> {
              List<Approval> questions = store.approvals(task.id());
              return store.notifications(task.id()).stream()
                  .anyMatch(told -> told.isOwedFor(questions));
            })
            .toList();
    return untold.isEmpty()
        ? Diagnosis.ok("messages", "everybody was told of what waits")
        : Diagnosis.wrong(
            "messages",
            "of %d tasks that wait not everybody was told: %s"
                .formatted(untold.size(), names(untold)),
            "treadle show TASK says who and why; mend the address or the mail settings");
  }

  private static String names(List<Task> tasks) {
    String first =
        String.join(", ", tasks.stream().limit(NAMED_MAX).map(task -> task.id().value()).toList());
    return tasks.size() > NAMED_MAX ? first + " …" : first;
  }

  static Diagnosis dead(int letters) {
    return letters == 0
        ? Diagnosis.ok("queue", "no dead letters")
        : Diagnosis.wrong(
            "queue",
            letters + " dead letters",
            "their tasks go on by the watchdog; read the log for what made them fail");
  }
}
