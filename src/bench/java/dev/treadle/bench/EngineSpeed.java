package dev.treadle.bench;

import dev.treadle.DecisionCheck;
import dev.treadle.TaskId;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Disposition;
import dev.treadle.engine.Loop;
import dev.treadle.engine.ReadingExecutor;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * The processor time of an iteration with ports in memory: the engine and its JSON, no input or
 * output.
 */
final class EngineSpeed {
  private static final int ITERATIONS = 100;

  /** Batches of their own, so that what is kept of the tasks does not fill the heap. */
  private static final int TASKS = 20;

  private static final int WARM_BATCHES_MAX = 100;
  private static final int BATCHES = 10;

  private final Deque<StepMessage> queue = new ArrayDeque<>();
  private final MapRecords records = new MapRecords();

  private EngineSpeed() {}

  static List<Measure> measure() throws InterruptedException {
    try (VirtualThreads threads = new VirtualThreads()) {
      Warmth.await(WARM_BATCHES_MAX, () -> batchMicros(threads));
      double sum = 0;
      for (int i = 0; i < BATCHES; i++) sum += batchMicros(threads);
      double micros = sum / BATCHES;
      return List.of(
          Measure.alone(
              "engine's processor time per iteration, ports in memory, 2 KB results, warm JVM",
              micros,
              0,
              "µs",
              "≤ 100 µs"));
    }
  }

  private Loop loop(VirtualThreads threads) {
    return Loop.on(
        new Loop.Places(
            new EmbeddedTaskStore(records), (message, _) -> queue.add(message), _ -> {}),
        new AgentCatalog(new BenchAgent().agents()),
        new ReadingExecutor(),
        (_, _, _, _) -> new DecisionCheck.StillOpen(),
        delivery -> {
          throw new IllegalStateException("nothing is delivered here, yet came " + delivery);
        },
        threads,
        new Worker(InstantSource.system(), new Random(1), Defaults.LEASE));
  }

  /** Microseconds of processor time an iteration, of all threads together. */
  private static double batchMicros(VirtualThreads threads) {
    EngineSpeed speed = new EngineSpeed();
    Loop loop = speed.loop(threads);
    long before = Warmth.processorNanos();
    for (int i = 0; i < TASKS; i++) {
      start(loop, new TaskId("bench-" + i));
      for (int iteration = 1; iteration <= ITERATIONS; iteration++) speed.deliver(loop);
      speed.queue.clear();
    }
    return (Warmth.processorNanos() - before) / 1e3 / TASKS / ITERATIONS;
  }

  private void deliver(Loop loop) {
    Disposition given = loop.engine().deliver(queue.remove(), Defaults.FUNCTION_TIMEOUT);
    if (!(given instanceof Disposition.Acknowledge)) {
      throw new IllegalStateException("an undisturbed iteration was not recorded: " + given);
    }
  }

  private static void start(Loop loop, TaskId id) {
    if (!(loop.starter().start(BenchAgent.request(id)) instanceof StartAnswer.Started)) {
      throw new IllegalStateException(id + " was not started");
    }
  }
}
