package dev.treadle.local;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A process of {@link Chaos} that ends with it. */
record ChildProcess(Process process) implements AutoCloseable {
  ChildProcess {
    // Also when the test itself is interrupted: nothing may run on.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  static ChildProcess start(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new ChildProcess(
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start());
  }

  static ChildProcess effectServer(Path file, long seed, Path folder) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            EffectServer.class.getName(),
            file.toString(),
            String.valueOf(seed));
    File errors = folder.resolve("effects.log").toFile();
    return new ChildProcess(new ProcessBuilder(command).redirectError(errors).start());
  }

  int firstNumber() throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    return Integer.parseInt(lines.readLine());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** As a power cut would: SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
