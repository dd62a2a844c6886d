package dev.treadle.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.bench.BenchAgent;
import dev.treadle.bench.ResidentMemory;
import dev.treadle.bench.Warmth;
import dev.treadle.engine.Task;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The local runtime in a process of its own: runs tasks that a script plays to their ends, and
 * prints what it took. What an earlier process of the same folder left is carried on.
 */
public final class RuntimeUnderLoad {
  private static final String END =
      "{\"calls\":[{\"tool\":\"complete_task\",\"arguments\":{\"output\":{\"all\":\"read\"}}}],"
          + "\"usage\":{\"input_tokens\":10,\"output_tokens\":5,\"cost_micros\":7}}";

  private static final int WARM_ROUNDS_MAX = 10;

  private final Load load;
  private final Map<TaskId, Long> lastCommitNanos = new ConcurrentHashMap<>();
  private final List<Long> stepNanos = Collections.synchronizedList(new ArrayList<>());

  /**
   * What is asked.
   *
   * @param warmTasks run before anything is measured, again and again until the JVM is warm
   * @param endpoint the production adapters instead of the embedded store: addresses of the tables
   *     and the queues, the table, the queue
   */
  record Load(
      Path data, int tasks, int iterations, int warmTasks, Optional<List<String>> endpoint) {
    static Load of(String[] arguments) {
      return new Load(
          Path.of(arguments[0]),
          Integer.parseInt(arguments[1]),
          Integer.parseInt(arguments[2]),
          Integer.parseInt(arguments[3]),
          arguments.length < 8 ? Optional.empty() : Optional.of(List.of(arguments).subList(4, 8)));
    }

    List<String> words() {
      List<String> words =
          new ArrayList<>(
              List.of(
                  data.toString(),
                  String.valueOf(tasks),
                  String.valueOf(iterations),
                  String.valueOf(warmTasks)));
      endpoint.ifPresent(words::addAll);
      return words;
    }

    LocalRuntime.Settings settings(Path scenario) throws IOException {
      Path keys = data.resolve("keys");
      KeyFolder.openOrCreate(keys, new SecureRandom());
      return new LocalRuntime.Settings(
          data,
          0,
          Optional.of(scenario),
          Duration.ZERO,
          endpoint.map(words ->
              new Ground.Endpoint(
                  Optional.of(URI.create(words.get(0))),
                  Optional.of(URI.create(words.get(1))),
                  words.get(2),
                  words.get(3))),
          Optional.of(keys));
    }
  }

  private RuntimeUnderLoad(Load load) {
    this.load = load;
  }

  public static void main(String[] arguments) throws Exception {
    Load load = Load.of(arguments);
    Files.createDirectories(load.data());
    new RuntimeUnderLoad(load).run();
  }

  private void run() throws Exception {
    try (LocalRuntime runtime = LocalRuntime.open(load.settings(scenario()))) {
      System.out.println("open");
      runtime.poll(List.of());
      if (load.warmTasks() > 0) warm(runtime);
      lastCommitNanos.clear();
      stepNanos.clear();
      long cpu = Warmth.processorNanos();
      long begin = System.nanoTime();
      runToTheEnd(runtime, "bench", load.tasks());
      report(System.nanoTime() - begin, Warmth.processorNanos() - cpu);
    }
    System.exit(0);
  }

  private void warm(LocalRuntime runtime) throws InterruptedException {
    AtomicInteger round = new AtomicInteger();
    int most = load.endpoint().isPresent() ? 1 : WARM_ROUNDS_MAX; // An emulator takes its time.
    Warmth.await(
        most, () -> runToTheEnd(runtime, "warm-" + round.incrementAndGet(), load.warmTasks()));
  }

  /** One document, the last line of what this process says. */
  private void report(long nanos, long cpuNanos) throws IOException {
    long[] sorted = stepNanos.stream().mapToLong(Long::longValue).sorted().toArray();
    int count = Math.max(1, sorted.length);
    ObjectNode figures = Json.object();
    figures.put("seconds", nanos / 1e9);
    figures.put("per_second", sorted.length / (nanos / 1e9));
    figures.put("p50_ms", sorted.length == 0 ? 0 : sorted[sorted.length / 2] / 1e6);
    figures.put("p99_ms", sorted.length == 0 ? 0 : sorted[(int) (sorted.length * 0.99)] / 1e6);
    figures.put("cpu_seconds_per_1000", cpuNanos / 1e9 / count * 1_000);
    figures.put("most_resident_mb", ResidentMemory.peakMegabytes(ProcessHandle.current().pid()));
    System.out.println(figures);
  }

  private void runToTheEnd(LocalRuntime runtime, String name, int tasks)
      throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(tasks);
    List<TaskId> ids = new ArrayList<>();
    for (int i = 0; i < tasks; i++) ids.add(new TaskId(name + "-" + i));
    Map<TaskId, Boolean> open = new ConcurrentHashMap<>();
    ids.forEach(id -> open.put(id, true));
    runtime
        .store()
        .add((id, line) -> {
          if (!open.containsKey(id)) return;
          measure(id);
          if (line.contains("→ done") && open.remove(id) != null) ended.countDown();
        });
    for (TaskId id : ids) {
      start(runtime, id);
      // It may have ended in the life of an earlier process, or before anybody listened.
      Task task = runtime.store().find(id).orElseThrow();
      if (task.status().isTerminal() && open.remove(id) != null) ended.countDown();
    }
    if (!ended.await(10, TimeUnit.MINUTES)) {
      throw new IllegalStateException("after 10 minutes these still run: " + open.keySet());
    }
  }

  private void measure(TaskId id) {
    long now = System.nanoTime();
    Long last = lastCommitNanos.put(id, now);
    if (last != null) stepNanos.add(now - last);
  }

  private static void start(LocalRuntime runtime, TaskId id) {
    runtime.loop().starter().start(BenchAgent.request(id));
  }

  private static String page(int number) {
    return """
    {"calls": [{"tool": "page", "arguments": {"number": %d}}],
     "usage": {"input_tokens": 10, "output_tokens": 5, "cost_micros": 7}}\
    """
        .formatted(number);
  }

  private Path scenario() throws IOException {
    ObjectNode scenario = Json.object().put("name", BenchAgent.NAME);
    ArrayNode answers = scenario.putArray("answers");
    try {
      for (int i = 1; i < load.iterations(); i++) answers.add(Json.parse(page(i)));
      answers.add(Json.parse(END));
    } catch (Json.MalformedJson broken) {
      throw new IllegalStateException("the script is no JSON", broken);
    }
    return Files.writeString(load.data().resolve("scenario.json"), scenario.toString());
  }
}
