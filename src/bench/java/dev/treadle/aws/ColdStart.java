package dev.treadle.aws;

import dev.treadle.TaskId;
import dev.treadle.bench.Measure;
import dev.treadle.bench.ResidentMemory;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The zip that is deployed, under Lambda's own runtime client on a JVM without a snapshot: from the
 * start of the process to the answer to the first event, which starts a task in the table.
 */
public final class ColdStart {
  private static final int STARTS = 9;

  private ColdStart() {}

  public static List<Measure> measure() throws Exception {
    Cloud cloud = Cloud.emulated();
    Path folder = Files.createTempDirectory(Path.of("target"), "bench-").toAbsolutePath();
    PackagedFunction function = PackagedFunction.unpackedIn(folder);
    String table;
    String queue;
    try (var tables = cloud.tables().dynamoDb();
        var queues = cloud.queues().sqs()) {
      table = Cloud.newTable(tables);
      queue = Cloud.newQueue(queues, Map.of(), 5).url();
    }
    Map<String, String> environment =
        function.environment(cloud, table, queue, "http://127.0.0.1:1");
    double[] starts = new double[STARTS];
    double[] floors = new double[STARTS];
    double[] megabytes = new double[STARTS];
    // By turns, so that both meet the same noise.
    for (int i = 0; i < STARTS; i++) {
      floors[i] = bareStart(function, environment);
      long begin = System.nanoTime();
      try (RuntimeApi trigger = function.under("trigger", environment)) {
        var _ =
            trigger.invoke(
                PackagedFunction.start(new TaskId("cold-" + i), "http://127.0.0.1:1").toString());
        starts[i] = (System.nanoTime() - begin) / 1e6;
        megabytes[i] = ResidentMemory.peakMegabytes(trigger.pid());
      }
    }
    return List.of(
        Measure.millis(
            "function.zip on a JVM, no snapshot: process start to first answered event",
            Measure.median(starts),
            Measure.median(floors),
            ""),
        Measure.alone(
            "the same: memory after the first event", Measure.median(megabytes), 0, "MB", ""));
  }

  /** A process that does nothing but one write with the same client. */
  private static double bareStart(PackagedFunction function, Map<String, String> environment)
      throws Exception {
    URI compiled = BareWrite.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    String classPath;
    try (Stream<Path> jars = Files.list(function.root().resolve("lib"))) {
      classPath =
          Stream.concat(
                  Stream.of(Path.of(compiled).toString(), function.root().toString()),
                  jars.map(Path::toString))
              .collect(Collectors.joining(File.pathSeparator));
    }
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                BareWrite.class.getName())
            .inheritIO();
    builder.environment().putAll(environment);
    long begin = System.nanoTime();
    int exit = builder.start().waitFor();
    if (exit != 0) throw new IllegalStateException("the bare write exited with " + exit);
    return (System.nanoTime() - begin) / 1e6;
  }
}
