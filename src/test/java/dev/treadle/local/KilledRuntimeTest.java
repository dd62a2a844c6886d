package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills the whole runtime, as a power cut would, and lets another one finish the work. */
class KilledRuntimeTest {
  private static final String TASK = "pricing-killed";

  @TempDir private Path data;

  /** The same for all runtimes of a test, because the sample's pages lie there. */
  private final int port = freePort();

  @Test
  void aTaskThatWaitedWhenTheRuntimeWasKilledIsApprovedLaterAndMailsOnce() throws Exception {
    killedAt(line -> line.contains("treadle approve " + TASK), "run", "pricing", "--task-id", TASK);

    List<String> output = completed("approve", TASK);

    assertThat(output).anyMatch(line -> line.contains(TASK + " is done: task_complete"));
    assertThat(mails()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void aTaskWhoseRuntimeWasKilledAfterAnyIterationGoesOnWhereItStood(int iteration)
      throws Exception {
    killedAt(
        line -> line.contains(TASK + "  " + iteration + "/"),
        "--pace",
        "30",
        "run",
        "pricing",
        "--task-id",
        TASK);

    killedAt(line -> line.contains("treadle approve " + TASK), "run", "pricing", "--task-id", TASK);
    List<String> output = completed("approve", TASK);

    assertThat(output).anyMatch(line -> line.contains(TASK + " is done: task_complete"));
    assertThat(mails()).hasSize(1);
  }

  @Test
  void aRuntimeKilledRightAfterTheApprovalSendsTheMailOnceAfterItsRestart() throws Exception {
    killedAt(line -> line.contains("treadle approve " + TASK), "run", "pricing", "--task-id", TASK);
    killedAt(line -> line.contains("answered by"), "--pace", "30", "approve", TASK);

    List<String> output = completed("run", "pricing", "--task-id", TASK);

    assertThat(output).anyMatch(line -> line.contains(TASK + " is done: task_complete"));
    assertThat(mails()).hasSize(1);
  }

  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException none) {
      throw new UncheckedIOException(none);
    }
  }

  /** What the agent sent; the outbox also holds the requests to the approver. */
  private List<String> mails() throws IOException {
    List<String> sent = new ArrayList<>();
    try (Stream<Path> files = Files.list(data.resolve("outbox"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".eml")).toList()) {
        String mail = Files.readString(file);
        if (mail.contains("To: sales@example.com")) sent.add(mail);
      }
    }
    return sent;
  }

  private void killedAt(Predicate<String> moment, String... arguments) throws Exception {
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

  private List<String> completed(String... arguments) throws Exception {
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
