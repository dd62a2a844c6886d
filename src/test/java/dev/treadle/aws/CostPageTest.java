package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds docs/cost.md to its script, as {@link CountedTest} holds the script's numbers. */
class CostPageTest {
  private static final Path FOLDER = Path.of("infra/cost");

  /** What a stack asks of AWS, as the cost page counts it. */
  static JsonNode operations() {
    try {
      return Json.parse(Files.readString(FOLDER.resolve("operations.json")));
    } catch (IOException | Json.MalformedJson unreadable) {
      throw new AssertionError("operations.json cannot be read", unreadable);
    }
  }

  @Test
  void thePageIsWhatTheScriptPrints() throws Exception {
    String printed = printed();

    assertThat(Files.readString(Path.of("docs/cost.md")))
        .as("paste the output of python3 infra/cost/cost.py into docs/cost.md")
        .contains(printed.strip());
  }

  private static String printed() throws InterruptedException {
    try {
      Process script =
          new ProcessBuilder("python3", FOLDER.resolve("cost.py").toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(script.waitFor()).as(output).isZero();
      return output;
    } catch (IOException noPython) {
      assumeTrue(false, "python3 is not installed: docs/cost.md was not compared with its script");
      throw new AssertionError(noPython);
    }
  }
}
