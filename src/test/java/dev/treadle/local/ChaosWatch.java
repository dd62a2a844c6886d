package dev.treadle.local;

import dev.treadle.Status;
import dev.treadle.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at all tasks twice a second, tells the human who waits, and measures how long a task that a
 * kill met takes to its next commit; further kills on its way do not stop the clock.
 */
final class ChaosWatch implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(500);

  private final ChaosRuntime runtime;
  private final ChaosHuman human;
  private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::watch);
  private final Map<TaskId, ChaosRuntime.Seen> latest = new HashMap<>();
  private final Map<TaskId, Hit> hits = new HashMap<>();
  private Duration longest = Duration.ZERO;

  /** A running task that a kill met. */
  private record Hit(Instant at, ChaosRuntime.Seen before) {}

  ChaosWatch(ChaosRuntime runtime, ChaosHuman human) {
    this.runtime = runtime;
    this.human = human;
  }

  void start() {
    thread.start();
  }

  private void watch() {
    while (!Thread.currentThread().isInterrupted()) {
      look();
      try {
        Thread.sleep(PERIOD);
      } catch (InterruptedException over) {
        return;
      }
    }
  }

  private void look() {
    List<ChaosRuntime.Seen> tasks = runtime.tasks().orElse(List.of());
    see(tasks);
    tasks.stream().filter(task -> task.status() == Status.WAITING_FOR_HUMAN).forEach(human::asked);
  }

  private synchronized void see(List<ChaosRuntime.Seen> tasks) {
    Instant now = Instant.now();
    for (ChaosRuntime.Seen task : tasks) {
      latest.put(task.id(), task);
      Hit hit = hits.get(task.id());
      if (hit == null || !isPast(task, hit.before())) continue;
      hits.remove(task.id());
      Duration took = Duration.between(hit.at(), now);
      if (took.compareTo(longest) > 0) longest = took;
    }
  }

  private static boolean isPast(ChaosRuntime.Seen task, ChaosRuntime.Seen before) {
    return task.iteration() > before.iteration() || task.status() != before.status();
  }

  /** Looks once more, so that the clock starts for those that run now. */
  void beforeKill() {
    see(runtime.tasks().orElse(List.of()));
  }

  synchronized void killed(Instant at) {
    latest.values().stream()
        .filter(task -> task.status() == Status.RUNNING)
        .forEach(task -> hits.putIfAbsent(task.id(), new Hit(at, task)));
  }

  synchronized boolean isKnown(TaskId id) {
    return latest.containsKey(id);
  }

  synchronized Collection<ChaosRuntime.Seen> latest() {
    return List.copyOf(latest.values());
  }

  synchronized Duration longestRecovery() {
    return longest;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
