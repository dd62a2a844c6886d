package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Json;
import dev.treadle.TaskId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatesCommandTest {
  @TempDir private Path data;

  private record Said(int exit, String text) {}

  private static Said gates(LocalRuntime runtime, String... arguments) {
    StringWriter said = new StringWriter();
    int exit = TreadleCommand.executeOn(runtime, new PrintWriter(said, true), arguments);
    return new Said(exit, said.toString());
  }

  @Test
  void aFolderWhoseGatesHaveNotChangedExitsWithZeroAndNamesEachAction() throws Exception {
    try (LocalRuntime runtime = open()) {
      var request = Json.object().put("task_id", "t-1").put("task_type", "umbrella");
      request.put("triggered_by", "test").putObject("input_data").put("name", "Bergen");
      runtime.loop().starter().start(request);
      runtime.poll(List.of());
      try (Follower follower =
          new Follower(runtime, new TaskId("t-1"), new PrintWriter(new StringWriter()))) {
        assertThat(follower.follow(false)).isEqualTo(TreadleCommand.EXIT_WAITS);
      }

      Said words = gates(runtime, "gates", "--dry-run");
      Said documents = gates(runtime, "gates", "--dry-run", "--agent", "umbrella", "--json");

      assertThat(words.exit()).isEqualTo(TreadleCommand.EXIT_DONE);
      assertThat(words.text()).contains("t-1 umbrella").contains("0 ruled otherwise today");
      var document = Json.parse(documents.text().strip());
      assertThat(document.path("then")).isEqualTo(document.path("now"));
      assertThat(document.path("differs").asBoolean()).isFalse();
    }
  }

  @Test
  void anUnknownAgentARunThatIsNotDryAndALookAtNothingAreRefusedByName() throws Exception {
    try (LocalRuntime runtime = open()) {
      Said unknown = gates(runtime, "gates", "--dry-run", "--agent", "nobody");

      assertThat(unknown.exit()).isEqualTo(TreadleCommand.EXIT_USAGE);
      assertThat(unknown.text()).contains("--agent: there is no agent named nobody");
      assertThat(gates(runtime, "gates").text()).contains("--dry-run");
      for (String most : List.of("0", "-1")) {
        Said none = gates(runtime, "gates", "--dry-run", "--most", most);
        assertThat(none.exit()).isEqualTo(TreadleCommand.EXIT_USAGE);
        assertThat(none.text()).contains("--most must be at least 1, was " + most);
      }
    }
  }

  private LocalRuntime open() throws Exception {
    return LocalRuntime.open(
        new LocalRuntime.Settings(
            data, 0, Optional.empty(), Duration.ZERO, Optional.empty(), Optional.empty()));
  }
}
