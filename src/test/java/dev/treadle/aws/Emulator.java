package dev.treadle.aws;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An emulator of an AWS service in a process of its own, started once for all tests of a build and
 * gone with them. It must start: tests of adapters that skip themselves prove nothing.
 */
final class Emulator {
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Path BUILD = Path.of("target");
  private static final Path CLASS_PATH = BUILD.resolve("emulators.classpath");

  private final String name;
  private final int port;
  private final Process process;

  private Emulator(String name, int port, Process process) {
    this.name = name;
    this.port = port;
    this.process = process;
  }

  /** DynamoDB Local has no option for its address and listens on all, so it lives only here. */
  private static final class DynamoDb {
    static final Emulator STARTED =
        start(
            "dynamodb-local",
            port ->
                List.of(
                    "software.amazon.dynamodb.services.local.main.ServerRunner",
                    "-inMemory",
                    "-sharedDb",
                    "-disableTelemetry",
                    "-port",
                    String.valueOf(port)));
  }

  private static final class Sqs {
    static final Emulator STARTED =
        start(
            "elasticmq",
            port ->
                List.of(
                    "-Drest-sqs.bind-hostname=127.0.0.1",
                    "-Drest-sqs.bind-port=" + port,
                    "-Drest-stats.enabled=false",
                    "-Dnode-address.host=127.0.0.1",
                    "-Dnode-address.port=" + port,
                    "org.elasticmq.server.Main"));
  }

  /** What comes after the class path: JVM options, the main class, its arguments. */
  private interface Command {
    List<String> on(int port);
  }

  static URI dynamoDb() {
    return DynamoDb.STARTED.endpoint();
  }

  static URI sqs() {
    return Sqs.STARTED.endpoint();
  }

  private URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  private static Emulator start(String name, Command command) {
    try {
      int port = freePort();
      Path log = Files.createDirectories(BUILD.resolve("emulators")).resolve(name + ".log");
      Process process =
          new ProcessBuilder(commandLine(command.on(port)))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      Emulator emulator = new Emulator(name, port, process);
      emulator.awaitConnection(log);
      return emulator;
    } catch (IOException failed) {
      throw new AssertionError(name + " cannot be started: " + failed.getMessage(), failed);
    }
  }

  private static List<String> commandLine(List<String> command) throws IOException {
    if (!Files.exists(CLASS_PATH)) {
      throw new IOException(
          CLASS_PATH + " is missing; run ./mvnw process-test-resources, which writes it");
    }
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Xmx256m");
    line.add("--enable-native-access=ALL-UNNAMED");
    line.add("-cp");
    line.add(BUILD.resolve("test-classes") + File.pathSeparator + Files.readString(CLASS_PATH));
    List<String> options = command.stream().filter(word -> word.startsWith("-D")).toList();
    line.addAll(options);
    line.add(EmulatorMain.class.getName());
    line.addAll(command.stream().filter(word -> !options.contains(word)).toList());
    return line;
  }

  private void awaitConnection(Path log) throws IOException {
    long end = System.nanoTime() + START_MAX.toNanos();
    while (!accepts()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new AssertionError(
            "%s did not start within %d s; it said: %s"
                .formatted(name, START_MAX.toSeconds(), Files.readString(log)));
      }
      awaitExit(Duration.ofMillis(50));
    }
  }

  private void awaitExit(Duration most) {
    try {
      process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while starting " + name, stopped);
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
