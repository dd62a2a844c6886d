package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.AgentSource;
import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.TaskId;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The runtime under test: a process of the launcher, spoken to as its users do. */
final class ChaosRuntime {
  private static final String PACE_MILLIS = "150";

  private final Chaos.Terms terms;
  private final int effectPort;
  private final Path data;
  private Optional<ChildProcess> process = Optional.empty();

  ChaosRuntime(Chaos.Terms terms, int effectPort) {
    this.terms = terms;
    this.effectPort = effectPort;
    data = terms.folder().resolve("data");
  }

  void start() throws IOException {
    List<String> command =
        List.of(
            terms.launcher().toString(),
            "--data",
            data.toString(),
            "--port",
            "0",
            "--pace",
            PACE_MILLIS,
            "serve");
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME",
            System.getProperty("java.home"),
            "TREADLE_AGENTS",
            agents() + File.pathSeparator + terms.classPath(),
            "TREADLE_JAVA_OPTS",
            "-D%s=%d".formatted(ChaosAgent.PORT, effectPort));
    process =
        Optional.of(
            ChildProcess.start(command, environment, terms.folder().resolve("runtime.log")));
  }

  /** Only the runtimes of this test know its agent. */
  private Path agents() throws IOException {
    Path folder = terms.folder().resolve("agents");
    Path services = Files.createDirectories(folder.resolve("META-INF").resolve("services"));
    Files.writeString(services.resolve(AgentSource.class.getName()), ChaosAgent.class.getName());
    return folder;
  }

  void kill() throws InterruptedException {
    if (process.isPresent()) process.get().kill();
    process = Optional.empty();
  }

  void awaitServing(Duration most) throws InterruptedException {
    Instant end = Instant.now().plus(most);
    while (read("tasks", "--most", "1").isEmpty()) {
      boolean isAlive = process.map(ChildProcess::isAlive).orElse(false);
      if (!isAlive || Instant.now().isAfter(end)) {
        throw new AssertionError("the runtime does not serve; see " + terms.folder());
      }
      Thread.sleep(50);
    }
  }

  /** A task as it is listed. */
  record Seen(TaskId id, Status status, String reason, int iteration) {
    private static Seen of(JsonNode line) {
      return new Seen(
          new TaskId(line.path("task_id").asText()),
          Status.ofWireName(line.path("status").asText()),
          line.path("reason").asText(),
          line.path("iteration").asInt());
    }
  }

  /** All tasks; empty when the runtime is down. */
  Optional<List<Seen>> tasks() {
    return read("tasks", "--json", "--most", String.valueOf(terms.tasks()))
        .map(text -> text.lines().map(line -> Seen.of(Json.read(line, JsonNode.class))).toList());
  }

  /** Everything stored of a task, as one document; empty when the runtime is down. */
  Optional<String> show(TaskId id) {
    return read("show", id.value(), "--json");
  }

  /** Says something without waiting for the answer, which may never come. */
  void later(String... command) {
    Thread.ofVirtual()
        .start(() -> {
          ByteArrayOutputStream said = new ByteArrayOutputStream();
          String end = send(said, command).isPresent() ? "" : "(killed)\n";
          log(String.join(" ", command) + "\n" + said.toString(StandardCharsets.UTF_8) + end);
        });
  }

  private synchronized void log(String text) {
    try {
      Files.writeString(
          terms.folder().resolve("commands.log"),
          text,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException unwritten) {
      throw new UncheckedIOException(unwritten);
    }
  }

  /** A whole answer or none: a runtime killed while it speaks leaves half a document. */
  private Optional<String> read(String... command) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    OptionalInt exit = send(said, command);
    return exit.isPresent() && exit.getAsInt() == TreadleCommand.EXIT_DONE
        ? Optional.of(said.toString(StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private OptionalInt send(ByteArrayOutputStream said, String... command) {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    try {
      return CommandClient.send(data, List.of(command), out);
    } catch (IOException killed) {
      return OptionalInt.empty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }

  /** What the dead runtime left behind. */
  FileRecords records() {
    return FileRecords.open(data.resolve("treadle.store"));
  }
}
