package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.StartsProcesses;
import dev.treadle.aws.CloudResource;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line on a table and a queue where others run the steps. */
@StartsProcesses
class ElsewhereTest {
  private static final String CITY = "{\"name\":\"Bergen\"}";
  @TempDir private Path there;
  @TempDir private Path here;
  private final Map<String, String> cloud = new CloudResource().start();

  private record Said(int exit, String text) {}

  private Said treadleOn(String table, String... arguments) throws Exception {
    StringWriter said = new StringWriter();
    List<String> all = new ArrayList<>(List.of("--data", here.toString()));
    all.addAll(List.of("--keys", there.resolve("keys").toString()));
    all.addAll(List.of("--endpoint", cloud.get("treadle.dynamodb.endpoint")));
    all.addAll(List.of("--queue-endpoint", cloud.get("treadle.sqs.endpoint")));
    all.addAll(List.of("--table", table, "--queue", cloud.get("treadle.step.queue")));
    all.addAll(List.of(arguments));
    int exit = TreadleCommand.run(all.toArray(String[]::new), new PrintWriter(said, true));
    return new Said(exit, said.toString());
  }

  private Said treadle(String... arguments) throws Exception {
    return treadleOn(cloud.get("treadle.table"), arguments);
  }

  /** Plays the functions: polls the queue and runs what is due. */
  private LocalRuntime deployed() throws Exception {
    KeyFolder.openOrCreate(there.resolve("keys"), new SecureRandom());
    Ground.Endpoint endpoint =
        new Ground.Endpoint(
            Optional.of(URI.create(cloud.get("treadle.dynamodb.endpoint"))),
            Optional.of(URI.create(cloud.get("treadle.sqs.endpoint"))),
            cloud.get("treadle.table"),
            cloud.get("treadle.step.queue"));
    return LocalRuntime.open(
        new LocalRuntime.Settings(
            there,
            0,
            Optional.empty(),
            Duration.ZERO,
            Optional.of(endpoint),
            Optional.of(there.resolve("keys"))));
  }

  @Test
  void aTaskIsStartedFollowedApprovedAndCheckedWhereOthersRunIt() throws Exception {
    try (LocalRuntime functions = deployed()) {
      functions.poll(List.of());

      Said run = treadle("run", "umbrella", "--task-id", "bergen-1", "--input", CITY);
      assertThat(run.exit()).as(run.text()).isEqualTo(TreadleCommand.EXIT_WAITS);
      assertThat(run.text())
          .containsSubsequence("1/8", "weather", "2/8", "tell_team (waits)", "bergen-1 waits:");
      assertThat(treadle("tasks", "--state", "waiting").text()).contains("bergen-1", "next: ");

      Said approved = treadle("approve", "bergen-1");
      assertThat(approved.exit()).as(approved.text()).isEqualTo(TreadleCommand.EXIT_DONE);
      assertThat(approved.text())
          .containsSubsequence("recorded: APPROVE", "3/8", "bergen-1 is done");
      assertThat(treadle("tail", "bergen-1").exit()).isEqualTo(TreadleCommand.EXIT_DONE);
      assertThat(treadle("verify", "bergen-1").text().strip()).isEqualTo("bergen-1 is intact");
      assertThat(treadle("cancel", "bergen-1", "--why", "so").text()).contains("is already done");
    }
  }

  @Test
  void aSampleThatNamesPagesOfThisMachineIsNotSentElsewhere() throws Exception {
    try (LocalRuntime functions = deployed()) {
      assertThat(functions.site()).isNotEmpty();
      Said run = treadle("run", "umbrella");

      assertThat(run.exit()).isEqualTo(TreadleCommand.EXIT_USAGE);
      assertThat(run.text()).contains("--input is needed");
      assertThat(treadle("tasks").text()).contains("no tasks yet");
    }
  }

  /** It once answered from the folder, and the other store was never asked. */
  @Test
  void aRuntimeThatServesTheFolderIsNotAskedAboutAnotherStore() throws Exception {
    try (LocalRuntime functions = deployed();
        LocalRuntime local =
            LocalRuntime.open(
                new LocalRuntime.Settings(
                    here,
                    0,
                    Optional.empty(),
                    Duration.ZERO,
                    Optional.empty(),
                    Optional.empty()))) {
      assertThat(functions.site()).isNotEqualTo(local.site());
      local.serve((_, out) -> {
        out.println("answered by the folder");
        return TreadleCommand.EXIT_DONE;
      });

      Said tasks = treadle("tasks");

      assertThat(tasks.text()).contains("no tasks yet").doesNotContain("answered by the folder");
      assertThat(RuntimeFile.in(here)).as("the runtime can still be found").isPresent();
    }
  }

  @Test
  void theDoctorSeesWhatAnEmulatorsTableAndQueueLack() throws Exception {
    Said doctor = treadle("doctor");

    assertThat(doctor.exit()).isEqualTo(TreadleCommand.EXIT_FAILED);
    assertThat(doctor.text())
        .contains("ok     table         " + cloud.get("treadle.table"))
        .containsPattern("WRONG +expiry +no item ever goes away")
        .containsPattern("ok +clock +within")
        .containsPattern("queue +")
        .containsPattern("ok +store +0 tasks can be read");
  }

  @Test
  void aTableThatIsNotThereIsSaidInASentenceAndExitsAsUnavailable() throws Exception {
    Said tasks = treadleOn("no-such-table", "tasks");

    assertThat(tasks.exit()).isEqualTo(TreadleCommand.EXIT_UNAVAILABLE);
    assertThat(tasks.text().strip().lines()).hasSize(1);
    assertThat(tasks.text()).startsWith("treadle: table no-such-table").contains("does not exist");
  }
}
