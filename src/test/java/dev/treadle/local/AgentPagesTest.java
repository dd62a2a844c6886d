package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.lambda.Scripts;
import dev.treadle.trigger.ScheduleFile;
import dev.treadle.trigger.WebhookFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the pages of the templates to the runtime that has them. */
class AgentPagesTest {
  private static final Path PAGES = Path.of("docs", "agents");
  private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path data;

  @Test
  void everyScheduleAndWebhookThatAPageShowsIsTaken() throws Exception {
    List<String> shown = new ArrayList<>();
    try (LocalRuntime runtime = open();
        Stream<Path> pages = Files.list(PAGES)) {
      for (Path page : pages.sorted().toList()) {
        for (MatchResult block : JSON.matcher(Files.readString(page)).results().toList()) {
          JsonNode document = Json.parse(block.group(1));
          if (document.isArray()) {
            assertThat(ScheduleFile.read(document, runtime.catalog()))
                .as(page.toString())
                .isInstanceOf(ScheduleFile.Valid.class);
          } else {
            assertThat(WebhookFile.read(document, runtime.catalog()))
                .as(page.toString())
                .isInstanceOf(WebhookFile.Valid.class);
          }
          shown.add(page.getFileName().toString());
        }
      }
    }
    assertThat(shown).contains("content.md", "research.md", "runner.md");
  }

  @Test
  void everyTemplateHasASampleAndAScript() throws Exception {
    try (LocalRuntime runtime = open()) {
      for (String agent : List.of("content", "pricing", "research", "runner")) {
        JsonNode sample = Json.parse(Scripts.sampleInput(agent, runtime.site()).orElseThrow());
        var found = runtime.catalog().find(agent).orElseThrow();
        assertThat(found.input().orElseThrow().violations(sample)).isEmpty();
        assertThat(Scripts.scenario(agent)).isPresent();
      }
    }
  }

  private LocalRuntime open() throws Exception {
    return LocalRuntime.open(
        new LocalRuntime.Settings(
            data, 0, Optional.empty(), Duration.ZERO, Optional.empty(), Optional.empty()));
  }
}
