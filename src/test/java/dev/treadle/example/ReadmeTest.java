package dev.treadle.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void theReadmeShowsTheAgentThatIsCompiledAndRunHere() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String source =
        Files.readString(Path.of("src/test/java/dev/treadle/example/UmbrellaAgent.java"));

    String shown = readme.substring(readme.indexOf("```java\n") + 8);
    shown = shown.substring(0, shown.indexOf("```"));

    assertThat(shown).startsWith("public final class UmbrellaAgent");
    assertThat(source).endsWith(shown);
  }
}
