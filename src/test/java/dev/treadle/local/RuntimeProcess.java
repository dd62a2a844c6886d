package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Commands on one data folder, each in a process of its own that can be killed as by a power cut.
 *
 * @param port the same for all of them, because the samples' pages lie there
 */
record RuntimeProcess(Path data, int port) {
  static RuntimeProcess on(Path data) {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new RuntimeProcess(data, free.getLocalPort());
    } catch (IOException none) {
      throw new UncheckedIOException(none);
    }
  }

  /** Runs a command until a line of its output, and kills it then and there. */
  void killedAt(Predicate<String> moment, String... arguments) throws Exception {
    Process runtime = start(arguments);
    List<String> seen = new ArrayList<>();
    try (BufferedReader output = runtime.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      while (line != null && !moment.test(line)) {
        seen.add(line);
        line = output.readLine();
      }
      assertThat(line).as("the moment to kill comes; before it: %s", seen).isNotNull();
    } finally {
      runtime.destroyForcibly().waitFor();
    }
  }

  /** Runs a command to its end. */
  List<String> completed(String... arguments) throws Exception {
    Process runtime = start(arguments);
    try (BufferedReader output = runtime.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = output.lines().toList();
      assertThat(runtime.waitFor(60, TimeUnit.SECONDS)).as("it ends: %s", lines).isTrue();
      return lines;
    } finally {
      runtime.destroyForcibly();
    }
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx160m", TreadleCommand.class.getName()));
    command.addAll(List.of("--data", data.toString(), "--port", Integer.toString(port)));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
