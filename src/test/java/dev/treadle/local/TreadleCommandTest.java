package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.TaskId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;

/** The command line as people and scripts meet it: what it prints, and how it exits. */
class TreadleCommandTest {
  @TempDir private Path data;

  private record Said(int exit, String text) {}

  private static Said on(LocalRuntime runtime, String... arguments) {
    StringWriter said = new StringWriter();
    int exit = TreadleCommand.executeOn(runtime, new PrintWriter(said, true), arguments);
    return new Said(exit, said.toString());
  }

  /** As from a shell, where no runtime serves the folder. */
  private Said alone(String... arguments) throws Exception {
    StringWriter said = new StringWriter();
    String[] all = new String[arguments.length + 2];
    all[0] = "--data";
    all[1] = data.toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    int exit = TreadleCommand.run(all, new PrintWriter(said, true));
    return new Said(exit, said.toString());
  }

  private LocalRuntime open() throws Exception {
    return LocalRuntime.open(
        new LocalRuntime.Settings(
            data, 0, Optional.empty(), Duration.ZERO, Optional.empty(), Optional.empty()));
  }

  /** One task that waits for a human, and one that failed at its cap. */
  private LocalRuntime opened() throws Exception {
    LocalRuntime runtime = open();
    runtime.poll(List.of());
    String city = "{\"name\":\"Bergen\"}";
    assertThat(on(runtime, "run", "umbrella", "--task-id", "bergen-1", "--input", city).exit())
        .isEqualTo(TreadleCommand.EXIT_WAITS);
    Said capped =
        on(
            runtime,
            "run",
            "umbrella",
            "--task-id",
            "bergen-2",
            "--input",
            city,
            "--max-iterations",
            "1");
    assertThat(capped.exit()).as(capped.text()).isEqualTo(TreadleCommand.EXIT_FAILED);
    return runtime;
  }

  @Test
  void tasksSayWhyTheyStandAndWhatComesNext() throws Exception {
    try (LocalRuntime runtime = opened()) {
      Said all = on(runtime, "tasks");

      assertThat(all.exit()).isEqualTo(TreadleCommand.EXIT_DONE);
      assertThat(all.text())
          .containsPattern("TASK +STATE +STEP +AGE +COST +TRIGGER +WHY")
          .containsPattern("bergen-1 +waiting +2/8 .*waits for .* since ")
          .contains("next: somebody approves or rejects it; without an answer by")
          .containsPattern("bergen-2 +failed +1/1 .*max iterations reached: all 1 iterations")
          .contains("next: nothing until somebody resumes it")
          .contains("1 waiting, 1 failed");
    }
  }

  @Test
  void tasksCanBeNarrowedByStateAndAgent() throws Exception {
    try (LocalRuntime runtime = opened()) {
      assertThat(on(runtime, "tasks", "--state", "failed").text())
          .contains("bergen-2")
          .doesNotContain("bergen-1");
      assertThat(on(runtime, "tasks", "--state", "waiting").text())
          .contains("bergen-1")
          .doesNotContain("bergen-2");
      for (String none : List.of("running", "parked", "stuck", "done", "drifting")) {
        assertThat(on(runtime, "tasks", "--state", none).text().strip()).isEqualTo("no such tasks");
      }
      assertThat(on(runtime, "tasks", "--agent", "pricing").text()).doesNotContain("bergen");
      Said wrong = on(runtime, "tasks", "--state", "lost");
      assertThat(wrong.exit()).isEqualTo(TreadleCommand.EXIT_USAGE);
      assertThat(wrong.text()).contains("--state").contains("drifting");
      assertThat(on(runtime, "tasks", "--most", "0").text()).contains("--most must be at least 1");
    }
  }

  @Test
  void scriptsReadOneDocumentPerTask() throws Exception {
    try (LocalRuntime runtime = opened()) {
      List<String> lines = on(runtime, "tasks", "--json").text().lines().toList();

      assertThat(lines).hasSize(2);
      JsonNode newest = Json.parse(lines.getFirst());
      assertThat(newest.path("task_id").asText()).isEqualTo("bergen-2");
      assertThat(newest.path("state").asText()).isEqualTo("failed");
      assertThat(newest.path("next").asText()).isNotEmpty();
      JsonNode shown = Json.parse(on(runtime, "show", "bergen-1", "--json").text());
      assertThat(shown.path("task").path("state").asText()).isEqualTo("waiting");
      assertThat(shown.path("spending").path("cost_micros").asLong()).isPositive();
      assertThat(shown.path("journal")).isNotEmpty();
      assertThat(shown.path("approvals")).hasSize(1);
      assertThat(Json.parse(on(runtime, "verify", "bergen-1", "--json").text()))
          .isEqualTo(Json.object().put("task_id", "bergen-1").put("intact", true));
    }
  }

  @Test
  void thePageOfATaskShowsItsStepsItsActionsAndItsQuestions() throws Exception {
    try (LocalRuntime runtime = opened()) {
      assertThat(on(runtime, "show", "bergen-1").text())
          .startsWith("bergen-1  umbrella  WAITING")
          .containsPattern("why +waits for ")
          .containsPattern("next +somebody approves")
          .containsPattern("started +by person:")
          .containsPattern("money +\\$0\\.\\d{4} spent, \\$\\d\\.\\d{4} left; began with ")
          .containsPattern("1/8 +weather")
          .containsPattern("checkpoints, to fork from\n  2 +")
          .containsPattern("ACTION +STEP +TOOL +STATE\n  [0-9a-f]{32} +2 +tell_team +planned")
          .containsPattern("QUESTION +ABOUT +STATE.*\n  [0-9a-f]{32} +tell_team +open");
    }
  }

  @Test
  void aMistypedTaskIsSaidWithTheOneThatWasMeant() throws Exception {
    try (LocalRuntime runtime = opened()) {
      for (List<String> command :
          List.of(
              List.of("show", "bergen-3"),
              List.of("tail", "bergen-3"),
              List.of("verify", "bergen-3"),
              List.of("approve", "bergen-3"),
              List.of("resolve", "bergen-3", "run"),
              List.of("cancel", "bergen-3", "--why", "so"),
              List.of("resume", "bergen-3", "--why", "so"),
              List.of("fork", "bergen-3", "1", "--as", "other", "--why", "so"))) {
        Said said = on(runtime, command.toArray(String[]::new));

        assertThat(said.exit()).as(command.getFirst()).isEqualTo(TreadleCommand.EXIT_USAGE);
        assertThat(said.text().strip())
            .as(command.getFirst())
            .isEqualTo("treadle: there is no task bergen-3; did you mean bergen-1, bergen-2?");
      }
      assertThat(on(runtime, "show", "../etc").text().strip())
          .isEqualTo("treadle: there is no task ../etc");
    }
  }

  @Test
  void aWrongOptionIsSaidInASentenceThatNamesIt() throws Exception {
    Said option = alone("tasks", "--jsn");
    Said command = alone("taks");
    Said missing = alone("cancel", "t-1");
    Said value = alone("resume", "t-1", "--why", "so", "--hours", "0");

    assertThat(List.of(option.exit(), command.exit(), missing.exit(), value.exit()))
        .containsOnly(TreadleCommand.EXIT_USAGE);
    assertThat(option.text()).contains("treadle: Unknown option: '--jsn'").contains("--json");
    assertThat(option.text()).contains("see: treadle tasks --help");
    assertThat(command.text()).contains("taks").contains("treadle tasks");
    assertThat(missing.text()).contains("--why");
    assertThat(value.text().strip()).isEqualTo("treadle: --hours must be 1 to 8784, was 0");
  }

  @Test
  void aTaskIsFollowedFromItsRecentStepsToItsEnd() throws Exception {
    try (LocalRuntime runtime = opened()) {
      Said failed = on(runtime, "tail", "bergen-2");
      assertThat(failed.exit()).isEqualTo(TreadleCommand.EXIT_FAILED);
      assertThat(failed.text()).contains("1/1").contains("bergen-2 is failed");

      assertThat(on(runtime, "approve", "bergen-1").exit()).isEqualTo(TreadleCommand.EXIT_DONE);
      Said done = on(runtime, "tail", "bergen-1");
      assertThat(done.exit()).isEqualTo(TreadleCommand.EXIT_DONE);
      assertThat(done.text())
          .containsSubsequence("1/8", "2/8", "answered by", "3/8", "bergen-1 is done");
    }
  }

  @Test
  void whereNothingRunsATailSaysSoInsteadOfWaiting() throws Exception {
    try (LocalRuntime runtime = opened()) {
      assertThat(runtime.catalog().names()).contains("umbrella");
    }

    Said waiting = alone("tail", "bergen-1");
    Said ended = alone("tail", "bergen-2");
    Said all = alone("tail");

    assertThat(waiting.exit()).isEqualTo(TreadleCommand.EXIT_WAITS);
    assertThat(waiting.text()).contains("bergen-1 is waiting").contains("treadle serve");
    assertThat(ended.exit()).isEqualTo(TreadleCommand.EXIT_FAILED);
    assertThat(all.exit()).isEqualTo(TreadleCommand.EXIT_UNAVAILABLE);
    assertThat(all.text()).contains("treadle serve");
  }

  @Test
  void aResumedTaskGetsWhatWasAskedForAndSaysWhoAndWhy() throws Exception {
    try (LocalRuntime runtime = opened()) {
      Said nothing = on(runtime, "resume", "bergen-2", "--why", "so", "--iterations", "0");
      Said resumed =
          on(
              runtime,
              "resume",
              "bergen-2",
              "--why",
              "one city more",
              "--iterations",
              "7",
              "--cost-micros",
              "2000000");

      assertThat(nothing.exit()).isEqualTo(TreadleCommand.EXIT_USAGE);
      assertThat(nothing.text()).contains("at least 1 iteration");
      assertThat(resumed.exit()).as(resumed.text()).isEqualTo(TreadleCommand.EXIT_WAITS);
      assertThat(on(runtime, "show", "bergen-2").text())
          .containsPattern("resumed by person:.*: one city more")
          .containsPattern("steps +\\d/8")
          .containsPattern("money +\\$\\d\\.\\d{4} spent, \\$6\\.\\d{4} left; began with \\$5");
    }
  }

  @Test
  void aFileAndAFolderThatCannotBeUsedAreSaidInASentence() throws Exception {
    Said file = alone("run", "umbrella", "--input", data.toString());
    Said joined = alone("run", "umbrella", "--input=" + data);
    Path taken = Files.createFile(data.resolve("taken"));
    StringWriter said = new StringWriter();
    int exit =
        TreadleCommand.run(
            new String[] {"--data", taken.toString(), "tasks"}, new PrintWriter(said, true));

    assertThat(file.exit()).isEqualTo(TreadleCommand.EXIT_USAGE);
    assertThat(file.text().strip().lines()).hasSize(1);
    assertThat(file.text()).contains("--input: the file cannot be read");
    assertThat(joined).isEqualTo(file);
    assertThat(exit).isEqualTo(TreadleCommand.EXIT_UNAVAILABLE);
    assertThat(said.toString().strip())
        .startsWith("treadle: the data folder ")
        .endsWith("cannot be used: FileAlreadyExistsException; name another with --data");
  }

  @Test
  void twoSchedulesOfOneNameAreRefusedBecauseOnlyOneWouldFire() throws Exception {
    Said serve = alone("serve", "--schedule", "umbrella=24h", "--schedule", "umbrella=12h");

    assertThat(serve.exit()).isEqualTo(TreadleCommand.EXIT_USAGE);
    assertThat(serve.text()).contains("--schedule: two schedules are named umbrella");
  }

  @Test
  void aForkKeepsInItsJournalWhoWantedItAndWhy() throws Exception {
    try (LocalRuntime runtime = opened()) {
      Said without = on(runtime, "fork", "bergen-1", "2", "--as", "bergen-4");
      Said wrong =
          on(runtime, "fork", "bergen-1", "1", "--as", "bergen-4", "--why", "another text");
      Said forked =
          on(runtime, "fork", "bergen-1", "2", "--as", "bergen-4", "--why", "another text");

      assertThat(without.text()).contains("--why");
      assertThat(wrong.text()).contains("iteration 1 of task bergen-1 is no checkpoint");
      assertThat(forked.exit()).as(forked.text()).isNotEqualTo(TreadleCommand.EXIT_USAGE);
      assertThat(on(runtime, "show", "bergen-4").text())
          .containsPattern(
              "forked by person:.*: from task bergen-1 after iteration 2: another text");
    }
  }

  @Test
  void aScriptThatFollowsATaskReadsWhatIsStoredAndHowItEnded() throws Exception {
    try (LocalRuntime runtime = open()) {
      runtime.poll(List.of());
      Said run =
          on(
              runtime,
              "run",
              "umbrella",
              "--task-id",
              "bergen-3",
              "--json",
              "--input",
              "{\"name\":\"Bergen\"}");
      assertThat(run.exit()).isEqualTo(TreadleCommand.EXIT_WAITS);
      List<JsonNode> lines = new ArrayList<>();
      for (String line : run.text().lines().toList()) lines.add(Json.parse(line));
      assertThat(lines).hasSize(3);
      assertThat(lines.getFirst().path("iteration").asInt()).isEqualTo(1);
      assertThat(lines.getLast().path("state").asText()).isEqualTo("waiting");
    }
  }

  @Test
  void whatIsHaltedStandsStillUntilItIsLiftedAndBothSayWhyAndWho() throws Exception {
    try (LocalRuntime runtime = opened()) {
      assertThat(on(runtime, "halts").text()).contains("nothing is halted");
      Said halted = on(runtime, "halt", "agent:umbrella", "--why", "too many");
      assertThat(halted.exit()).isEqualTo(TreadleCommand.EXIT_DONE);
      assertThat(halted.text()).contains("agent:umbrella is halted by person:", "too many");
      assertThat(on(runtime, "halts", "--json").exit()).isEqualTo(TreadleCommand.EXIT_FAILED);
      assertThat(on(runtime, "halt", "agent:umbrela", "--why", "x").text())
          .contains("there is no agent:umbrela here");
      assertThat(on(runtime, "lift", "agent:umbrella", "--why", "few again").text())
          .contains("nothing is halted");
      assertThat(on(runtime, "lift", "agent:umbrella", "--why", "x").exit())
          .isEqualTo(TreadleCommand.EXIT_USAGE);
    }
  }

  @Test
  void aTaskThatWaitsGetsMoreToSpendAndOneThatDoesNotRunIsNotSentAgain() throws Exception {
    try (LocalRuntime runtime = opened()) {
      TaskId id = new TaskId("bergen-1");
      long before = runtime.store().find(id).orElseThrow().funds().costMicrosLeft();
      Said raised = on(runtime, "raise", "bergen-1", "--cost-micros", "70", "--why", "worth it");
      assertThat(raised.exit()).as(raised.text()).isEqualTo(TreadleCommand.EXIT_DONE);
      assertThat(runtime.store().find(id).orElseThrow().funds().costMicrosLeft())
          .isEqualTo(before + 70);
      assertThat(on(runtime, "raise", "bergen-2", "--why", "x").exit())
          .isEqualTo(TreadleCommand.EXIT_USAGE);
      assertThat(on(runtime, "redrive", "bergen-1", "--why", "x").text())
          .contains("task bergen-1 is waiting_for_human");
    }
  }

  @Test
  void theHelpNamesTheExitCodes() throws Exception {
    Said help = alone("--help");

    assertThat(help.exit()).isEqualTo(TreadleCommand.EXIT_DONE);
    assertThat(help.text()).contains("Exit codes:").contains("4   runtime, store or AWS gave no");
  }

  @Test
  void thePageOfTheCommandLineNamesEachCommandAndEachExitCode() throws Exception {
    String page = Files.readString(Path.of("docs/command-line.md"));
    Command command = TreadleCommand.class.getAnnotation(Command.class);

    assertThat(command.subcommands())
        .extracting(each -> each.getAnnotation(Command.class).name())
        .allSatisfy(name -> assertThat(page).containsPattern("\\| .*`" + name + "[ `]"));
    for (String code : command.exitCodeList()) {
      String[] numberAndWords = code.split(":", 2);
      assertThat(page).contains("| %s | %s".formatted(numberAndWords[0], numberAndWords[1]));
    }
  }

  @Test
  void anotherStoreMustBeNamedWhole() throws Exception {
    Said half = alone("--table", "t", "tasks");
    Said twice = alone("--stack", "s", "--table", "t", "tasks");

    Said serve = alone("--table", "t", "--queue", "https://example.com/q", "serve");
    assertThat(serve.text()).contains("the functions of a stack run its tasks");
    assertThat(List.of(half.exit(), twice.exit(), serve.exit()))
        .containsOnly(TreadleCommand.EXIT_USAGE);
    assertThat(half.text().strip())
        .isEqualTo("treadle: another store needs --stack, or --table and --queue together");
    assertThat(twice.text()).contains("--stack names the table and the queue already");
  }
}
