package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills the whole runtime, as a power cut would, and lets another one finish the work. */
class KilledRuntimeTest {
  private static final String TASK = "pricing-killed";

  @TempDir private Path data;

  private RuntimeProcess runtime;

  @BeforeEach
  void chooseAPort() {
    runtime = RuntimeProcess.on(data);
  }

  @Test
  void aTaskThatWaitedWhenTheRuntimeWasKilledIsApprovedLaterAndMailsOnce() throws Exception {
    runtime.killedAt(
        line -> line.contains("treadle approve " + TASK), "run", "pricing", "--task-id", TASK);

    List<String> output = runtime.completed("approve", TASK);

    assertThat(output).anyMatch(line -> line.contains(TASK + " is done: task_complete"));
    assertThat(mails()).hasSize(1);
  }

  @Test
  void aTaskKilledInsideAPhaseGoesOnInsideIt() throws Exception {
    String task = "research-killed";
    runtime.killedAt(
        line -> line.contains("4/15  [verify]"),
        "--pace",
        "30",
        "run",
        "research",
        "--task-id",
        task);

    List<String> output = runtime.completed("run", "research", "--task-id", task);

    assertThat(output)
        .noneMatch(line -> line.contains("[gather]"))
        .anyMatch(line -> line.contains("5/15  [verify]  check_quotes"))
        .anyMatch(line -> line.contains(task + " is done: task_complete"));
    assertThat(data.resolve("reports/" + task + ".md"))
        .content()
        .contains("a little less than half as high as the Moon's");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void aTaskWhoseRuntimeWasKilledAfterAnyIterationGoesOnWhereItStood(int iteration)
      throws Exception {
    runtime.killedAt(
        line -> line.contains(TASK + "  " + iteration + "/"),
        "--pace",
        "30",
        "run",
        "pricing",
        "--task-id",
        TASK);

    runtime.killedAt(
        line -> line.contains("treadle approve " + TASK), "run", "pricing", "--task-id", TASK);
    List<String> output = runtime.completed("approve", TASK);

    assertThat(output).anyMatch(line -> line.contains(TASK + " is done: task_complete"));
    assertThat(mails()).hasSize(1);
  }

  @Test
  void aRuntimeKilledRightAfterTheApprovalSendsTheMailOnceAfterItsRestart() throws Exception {
    runtime.killedAt(
        line -> line.contains("treadle approve " + TASK), "run", "pricing", "--task-id", TASK);
    runtime.killedAt(line -> line.contains("answered by"), "--pace", "30", "approve", TASK);

    List<String> output = runtime.completed("run", "pricing", "--task-id", TASK);

    assertThat(output).anyMatch(line -> line.contains(TASK + " is done: task_complete"));
    assertThat(mails()).hasSize(1);
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
}
