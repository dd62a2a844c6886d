package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.AgentSource;
import dev.treadle.Json;
import dev.treadle.bench.BenchAgent;
import dev.treadle.bench.Measure;
import dev.treadle.bench.Rounds;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Iterations of the local runtime, in processes with the flags of its launcher. */
public final class RuntimeSpeed {
  private static final int SIDE_BY_SIDE = 50;
  private static final int ITERATIONS = 100;
  private static final int WARM_TASKS = 100;
  private static final int KILL_AFTER_MILLIS = 700;

  private RuntimeSpeed() {}

  public static List<Measure> measure() throws Exception {
    Path folder = Files.createTempDirectory(Path.of("target"), "bench-");
    List<Measure> measures = new ArrayList<>();
    JsonNode many = run(load(folder.resolve("many"), 4 * SIDE_BY_SIDE, WARM_TASKS));
    JsonNode one = run(load(folder.resolve("one"), 1, WARM_TASKS));
    Rounds floorOfMany = FileFloor.of(folder.resolve("floor-many"), SIDE_BY_SIDE);
    Rounds floorOfOne = FileFloor.of(folder.resolve("floor-one"), 1);
    measures.add(
        Measure.rate(
            "embedded runtime, 200 tasks side by side: iterations",
            many.path("per_second").asDouble(),
            floorOfMany.perSecond(),
            "≥ 3,000/s"));
    measures.add(
        Measure.millis(
            "embedded runtime, one task: an iteration, p50",
            one.path("p50_ms").asDouble(),
            floorOfOne.p50Millis(),
            "≤ 1 ms"));
    measures.add(
        Measure.millis("the same, p99", one.path("p99_ms").asDouble(), floorOfOne.p99Millis(), ""));
    measures.add(
        Measure.alone(
            "embedded runtime: processor time per 1,000 iterations",
            many.path("cpu_seconds_per_1000").asDouble(),
            2,
            "s",
            "≤ 0.5 s"));
    measures.add(
        Measure.alone(
            "embedded runtime: most memory",
            many.path("most_resident_mb").asDouble(),
            0,
            "MB",
            "≤ 200 MB"));
    measures.add(killed(folder.resolve("killed")));
    return measures;
  }

  /** From the start of the next process until all tasks are done. */
  private static Measure killed(Path data) throws Exception {
    RuntimeUnderLoad.Load load = load(data, SIDE_BY_SIDE, 0);
    try (ChildProcess first = start(load)) {
      BufferedReader said = lines(first);
      if (!"open".equals(said.readLine())) throw new IllegalStateException("it did not open");
      Thread.sleep(KILL_AFTER_MILLIS);
      first.kill();
    }
    long begin = System.nanoTime();
    JsonNode after = run(load);
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (after.path("per_second").asDouble() == 0) {
      throw new IllegalStateException("the kill came after the end: nothing was measured");
    }
    return Measure.alone(
        "SIGKILL under 50 tasks of 100 iterations: from the restart to the end of all",
        seconds,
        1,
        "s",
        "≤ 3 s");
  }

  private static RuntimeUnderLoad.Load load(Path data, int tasks, int warmTasks) {
    return new RuntimeUnderLoad.Load(data, tasks, ITERATIONS, warmTasks, Optional.empty());
  }

  /**
   * The same runtime on the production adapters.
   *
   * @param endpoint addresses of the tables and the queues, the table, the queue
   */
  public static JsonNode onEndpoint(Path data, int tasks, List<String> endpoint) throws Exception {
    return run(new RuntimeUnderLoad.Load(data, tasks, ITERATIONS, tasks, Optional.of(endpoint)));
  }

  /** The figures that the process printed last. */
  private static JsonNode run(RuntimeUnderLoad.Load load) throws Exception {
    try (ChildProcess process = start(load)) {
      String last = "";
      BufferedReader said = lines(process);
      for (String line = said.readLine(); line != null; line = said.readLine()) last = line;
      int exit = process.process().waitFor();
      if (exit != 0) {
        throw new IllegalStateException(
            "the runtime ended with %d; see %s".formatted(exit, log(load)));
      }
      return Json.parse(last);
    }
  }

  private static BufferedReader lines(ChildProcess process) {
    return new BufferedReader(
        new InputStreamReader(process.process().getInputStream(), StandardCharsets.UTF_8));
  }

  private static Path log(RuntimeUnderLoad.Load load) {
    return load.data().resolveSibling(load.data().getFileName() + ".log");
  }

  private static ChildProcess start(RuntimeUnderLoad.Load load) throws IOException {
    Path agents = load.data().resolveSibling(load.data().getFileName() + ".agents");
    Path services = Files.createDirectories(agents.resolve("META-INF").resolve("services"));
    Files.writeString(services.resolve(AgentSource.class.getName()), BenchAgent.class.getName());
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Daws.accessKeyId=treadle",
                "-Daws.secretAccessKey=treadle",
                "-Daws.region=eu-central-1",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                agents + File.pathSeparator + System.getProperty("java.class.path"),
                RuntimeUnderLoad.class.getName()));
    command.addAll(load.words());
    return new ChildProcess(new ProcessBuilder(command).redirectError(log(load).toFile()).start());
  }
}
