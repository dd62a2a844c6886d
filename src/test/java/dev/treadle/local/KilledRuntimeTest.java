package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.StartsProcesses;
import dev.treadle.TaskId;
import dev.treadle.lambda.Scripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills the whole runtime, as a power cut would, and lets another one finish the work. */
@StartsProcesses
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

  @Test
  void whatAPersonChangedIsPublishedOnceThoughTheRuntimeIsKilledInBetween() throws Exception {
    TaskId task = new TaskId("content-killed");
    String[] run = {"--pace", "30", "run", "content", "--task-id", task.value()};
    runtime.killedAt(line -> line.contains("treadle approve " + task), run);
    try (LocalRuntime desk = LocalRuntime.open(settings())) {
      String question = desk.store().approvals(task).getFirst().id();
      ObjectNode changes = Json.object().put("title", "Open on Sundays from 5 April");
      LocalPerson.approveChanged(desk, task, question, changes);
    }
    runtime.killedAt(line -> line.contains("[publish]  publish  → continue"), run);

    List<String> output = runtime.completed("run", "content", "--task-id", task.value());

    assertThat(output)
        .anyMatch(line -> line.contains(task + " is done: task_complete"))
        .anyMatch(line -> line.contains("\"title\" : \"Open on Sundays from 5 April\""));
    try (Stream<Path> published = Files.list(data.resolve("press"))) {
      assertThat(published.filter(file -> file.toString().endsWith(".json")))
          .singleElement()
          .satisfies(article ->
              assertThat(article)
                  .content()
                  .contains("\"title\" : \"Open on Sundays from 5 April\"")
                  .contains("4 desks lend and take back books"));
    }
  }

  @Test
  void aListOfWorkEndsAlikeThoughTheRuntimeIsKilledThreeTimesInTheMiddleOfIt() throws Exception {
    Path list = data.resolve("list.json");
    Files.writeString(list, twoHundredItems());
    String[] run = {"run", "runner", "--task-id", "list", "--input", list.toString()};
    RuntimeProcess unharmed = RuntimeProcess.on(data.resolve("unharmed"));
    List<String> expected = output(unharmed.completed(run));

    // A retry is between the items of a batch: some of it is done, and nothing of it recorded.
    runtime.killedAt(line -> line.contains("2/60  retried"), run);
    runtime.killedAt(line -> line.contains("5/60  retried"), run);
    runtime.killedAt(line -> line.contains("14/60  process_item"), run);

    assertThat(output(runtime.completed(run))).isEqualTo(expected);
    assertThat(expected).contains("  \"done\" : 199,", "    \"item\" : \"item-077\",");
    assertThat(processed(data.resolve("items")))
        .hasSize(199)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(processed(unharmed.data().resolve("items")));
  }

  /** The sample without the two items for which the interface is silent or down for long. */
  private static String twoHundredItems() {
    String sample = Scripts.sampleInput("runner", "").orElseThrow();
    return sample.replace("item-088", "item-201").replace("item-121", "item-202");
  }

  /** The output of the task, where the addresses differ in nothing but the port. */
  private static List<String> output(List<String> told) {
    return told.stream()
        .dropWhile(line -> !line.equals("{"))
        .map(line -> line.replaceAll("127\\.0\\.0\\.1:\\d+", "there"))
        .toList();
  }

  private static List<String> processed(Path folder) throws Exception {
    List<String> items = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      // Of what was being written when the process died, a draft is left.
      for (Path file : files.filter(each -> each.toString().endsWith(".json")).toList()) {
        items.add(Json.parse(Files.readString(file)).path("id").asText());
      }
    }
    return items;
  }

  private LocalRuntime.Settings settings() {
    return new LocalRuntime.Settings(
        data, 0, Optional.empty(), Duration.ZERO, Optional.empty(), Optional.empty());
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
