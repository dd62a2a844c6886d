package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Finding;
import dev.treadle.Fingerprint;
import dev.treadle.Json;
import dev.treadle.Reason;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.engine.SeriesRun;
import dev.treadle.trigger.Slot;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about a series, from their arguments to what they print, on a prepared folder. */
class SeriesCommandsTest {
  private static final Finding SAME =
      new Finding(Finding.Kind.SAME_OUTPUT, "", "the result says the same");
  private final Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
  @TempDir Path data;

  /** What a command printed, and its exit code. */
  private record Printed(int exit, String text) {}

  private Instant daysAgo(int days) {
    return today.minus(days, ChronoUnit.DAYS);
  }

  private TaskId task(int daysAgo) {
    return new TaskId(Slot.taskId("daily", daysAgo(daysAgo)));
  }

  /** Three runs: today, yesterday and four days ago; the slots between have none. */
  @BeforeEach
  void prepareTheStore() {
    try (FileRecords records = FileRecords.open(data.resolve("treadle.store"))) {
      for (SeriesRun run : List.of(run(4, "€ 9.90"), run(1, ""), run(0, ""))) {
        Records.Row row = EmbeddedSeriesTable.row(run);
        boolean unused =
            records.transact(transaction -> {
              transaction.put(row.key(), row.text());
              return true;
            });
        assertThat(unused).isTrue();
      }
    }
  }

  private SeriesRun run(int daysAgo, String price) {
    int filled = price.isEmpty() ? 0 : 1;
    Fingerprint fingerprint =
        new Fingerprint(
            "digest of " + price,
            "0".repeat(512),
            100,
            1,
            List.of(new Fingerprint.Field("price", "of " + price, filled, 1, price)),
            List.of());
    return new SeriesRun(
        SeriesRun.SCHEMA,
        new SeriesKey("daily"),
        task(daysAgo),
        "pricing",
        daysAgo(daysAgo),
        daysAgo(daysAgo).plusSeconds(60),
        Reason.TASK_COMPLETE,
        true,
        1_000,
        fingerprint,
        daysAgo == 4 ? null : 0.5,
        daysAgo == 0 ? List.of(SAME) : List.of(),
        null);
  }

  private Printed treadle(String... arguments) throws Exception {
    StringWriter text = new StringWriter();
    String[] all = new String[arguments.length + 2];
    all[0] = "--data";
    all[1] = data.toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    int exit = TreadleCommand.run(all, new PrintWriter(text, true));
    return new Printed(exit, text.toString());
  }

  private Path schedules(String name, String agent, String zone) throws Exception {
    return Files.writeString(
        data.resolve("schedules.json"),
        """
        [{"schedule": "%s", "expression": "cron(0 0 * * ? *)", "time_zone": "%s",
          "task_type": "%s", "input_data": {}}]
        """
            .formatted(name, zone, agent));
  }

  @Test
  void healthSaysHowLongTheOutputIsTheSameAndWhatWasFound() throws Exception {
    Printed health = treadle("health", "daily");

    assertThat(health.text())
        .contains("daily: NOT WELL")
        .contains("Output unchanged for 2 runs; inputs changed in 0 of them")
        .contains("same output")
        .doesNotContain("MISSED");
    assertThat(health.exit()).isEqualTo(TreadleCommand.EXIT_FAILED);
  }

  @Test
  void healthWithSchedulesNamesTheFiresThatWereMissed() throws Exception {
    String file = schedules("daily", "pricing", "UTC").toString();

    Printed health = treadle("health", "daily", "--schedules", file);
    assertThat(health.text())
        .contains("2 of 4 expected fires were missed")
        .contains("MISSED: " + daysAgo(3))
        .contains("MISSED: " + daysAgo(2))
        .doesNotContain("MISSED: " + daysAgo(1));
    assertThat(health.exit()).isEqualTo(TreadleCommand.EXIT_FAILED);

    JsonNode json = Json.parse(treadle("health", "daily", "--schedules", file, "--json").text());
    assertThat(json.path("missed")).hasSize(2);
    assertThat(json.path("expected_fires").asInt()).isEqualTo(4);
    assertThat(json.path("runs")).hasSize(3);
  }

  @Test
  void theDoctorNamesAScheduleWhoseFiresWereMissed() throws Exception {
    Printed doctor =
        treadle("doctor", "--schedules", schedules("daily", "pricing", "UTC").toString());

    assertThat(doctor.exit()).isEqualTo(TreadleCommand.EXIT_FAILED);
    assertThat(doctor.text())
        .containsPattern("WRONG +schedule +daily: 2 fires were missed")
        .contains("-> treadle health daily");
  }

  @Test
  void schedulesThatCannotBeUsedAreRefusedByName() throws Exception {
    Printed other =
        treadle("health", "daily", "--schedules", schedules("x", "pricing", "UTC").toString());
    Printed broken =
        treadle(
            "health", "daily", "--schedules", schedules("daily", "nobody", "Mars/Up").toString());
    Printed absent = treadle("health", "daily", "--schedules", data.resolve("no.json").toString());

    assertThat(other.text()).contains("no schedule is named daily");
    assertThat(broken.text()).contains("/0/task_type").contains("/0/time_zone");
    assertThat(absent.text()).contains("no.json");
    assertThat(List.of(other.exit(), broken.exit(), absent.exit()))
        .containsOnly(TreadleCommand.EXIT_USAGE);
  }

  @Test
  void compareShowsTheFieldThatWentEmpty() throws Exception {
    Printed last = treadle("compare", "daily", task(4).value(), task(0).value());
    assertThat(last.text()).contains("price (emptied)").contains("€ 9.90");
    assertThat(last.exit()).isEqualTo(TreadleCommand.EXIT_DONE);
    for (String line : treadle("compare", "daily", "--json").text().lines().toList()) {
      assertThat(Json.parse(line).path("what").asText()).isNotEmpty();
    }

    assertThat(treadle("compare", "daily").text())
        .contains(daysAgo(1).toString())
        .contains(daysAgo(0).toString());
    Printed unknown = treadle("compare", "daily", "no-such-task");
    assertThat(unknown.text()).contains("daily has no two such runs");
    assertThat(unknown.exit()).isEqualTo(TreadleCommand.EXIT_USAGE);
  }

  @Test
  void expectIsShownUntilItIsTakenBack() throws Exception {
    String nextWeek = LocalDate.now(ZoneId.systemDefault()).plusDays(7).toString();
    Printed said = treadle("expect", "daily", "--until", nextWeek, "--why", "the shop is closed");
    assertThat(said.text()).contains("daily is expected until").contains("the shop is closed");
    assertThat(said.exit()).isEqualTo(TreadleCommand.EXIT_DONE);
    assertThat(treadle("health", "daily").text()).contains("the shop is closed");

    String today = LocalDate.now(ZoneId.systemDefault()).toString();
    assertThat(treadle("expect", "daily", "--until", today, "--why", "it is open").exit())
        .isEqualTo(TreadleCommand.EXIT_DONE);
    assertThat(treadle("health", "daily").text()).doesNotContain("the shop is closed");
  }

  @Test
  void whatCannotBeExpectedIsRefusedAndNothingIsKept() throws Exception {
    Printed noDate = treadle("expect", "daily", "--until", "soon", "--why", "so");
    Printed noReason = treadle("expect", "daily", "--until", "2999-01-01", "--why", " ");
    Printed noSeries = treadle("expect", "nightly", "--until", "2999-01-01", "--why", "so");

    assertThat(noDate.text()).contains("--until must be a date");
    assertThat(noReason.text()).contains("reason must be 1 to 500 characters");
    assertThat(noSeries.text()).contains("no run of a series nightly");
    assertThat(List.of(noDate.exit(), noReason.exit(), noSeries.exit()))
        .containsOnly(TreadleCommand.EXIT_USAGE);
    assertThat(treadle("health", "daily").text()).doesNotContain("expected until");
    assertThat(treadle("health", "nightly").exit()).isEqualTo(TreadleCommand.EXIT_USAGE);
  }
}
