package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.Json;
import dev.treadle.StartsProcesses;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.trigger.ScheduleFile;
import dev.treadle.trigger.Slot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** infra/schedules.py makes a template of a file of schedules, or says what is wrong with it. */
@StartsProcesses
class SchedulesScriptTest {
  private static final Path FOLDER = Path.of("src/test/resources/schedules");
  @TempDir private Path folder;

  private record Run(int exit, String output) {}

  @Test
  void theTemplateOfTwoSchedulesIsTheGoldenOne() throws Exception {
    Run run = run(FOLDER.resolve("two.json"));

    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.output()).isEqualTo(Files.readString(FOLDER.resolve("two-template.json")));
  }

  @Test
  void whatTheLocalRuntimeReadsTheScriptReadsAndItsEventsAreSlots() throws Exception {
    JsonNode file = two();
    var agents =
        new AgentCatalog(List.of(Agent.named("pricing").build(), Agent.named("canary").build()));
    assertThat(ScheduleFile.read(file, agents)).isInstanceOf(ScheduleFile.Valid.class);

    JsonNode resources =
        Json.parse(Files.readString(FOLDER.resolve("two-template.json"))).path("Resources");
    for (int i = 0; i < file.size(); i++) {
      String event = resources.at("/Schedule%d/Properties/Target/Input".formatted(i)).asText();
      String filled = event.replace("<aws.scheduler.scheduled-time>", "2026-03-02T06:00:00Z");
      assertThat(Slot.read((ObjectNode) Json.parse(filled))).isInstanceOf(Slot.Fire.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          time_zone  | Europe/Berlinn      | must be a time zone like Europe/Berlin
          time_zone  | ../../etc/passwd    | must be a time zone like Europe/Berlin
          expression | cron(0 7 * * *)     | must have six fields
          expression | cron(0 7 * * * *)   | must have ? for one of the two kinds of days
          expression | cron(0 7 ? * ? *)   | must have ? for one of the two kinds of days
          expression | rate(5 minute)      | must be like rate(1 hour)
          expression | rate(0 days)        | must be like rate(1 hour)
          expression | at(2026-02-30T07:00:00) | must be like at(
          expression | each morning        | must be rate(
          schedule   | morning             | must be the only one named morning
          schedule   | a/b                 | must be 1 to 64 characters
          overlap    | maybe               | must be skip, queue or allow
          task       | pricing             | is not a field of a schedule
          """)
  void aWrongFieldIsRefusedByItsNameAndPlace(String field, String value, String rule)
      throws Exception {
    ArrayNode file = two();
    ((ObjectNode) file.get(1)).put(field, value);
    Path changed = folder.resolve("changed.json");
    Files.writeString(changed, Json.write(file));

    Run run = run(changed);

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.output()).startsWith("/1/" + field + ": ").contains(rule);
  }

  private static ArrayNode two() throws Exception {
    return (ArrayNode) Json.parse(Files.readString(FOLDER.resolve("two.json")));
  }

  private static Run run(Path file) throws Exception {
    try {
      ProcessBuilder script = new ProcessBuilder("python3", "infra/schedules.py", file.toString());
      Process process = script.redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Run(process.waitFor(), output);
    } catch (IOException noPython) {
      assumeTrue(false, "python3 is not installed: infra/schedules.py was not run");
      throw noPython;
    }
  }
}
