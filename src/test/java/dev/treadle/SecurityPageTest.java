package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/security.md to the classes and the tests that it names. */
class SecurityPageTest {
  private static final Path PAGE = Path.of("docs", "security.md");
  private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w+)`");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ASI\\d\\d .*$");

  @Test
  void everyTypeThatIsNamedExists() throws IOException {
    Set<String> types = types();
    String template = Files.readString(Path.of("template.yaml"));
    List<String> missing =
        TYPE.matcher(Files.readString(PAGE))
            .results()
            .map(name -> name.group(1))
            // Parameters of the stack are written the same way.
            .filter(name -> !types.contains(name) && !template.contains("\n  " + name + ":\n"))
            .toList();

    assertThat(missing).isEmpty();
  }

  @Test
  void eachOfOwaspsTenRowsNamesATestThatHoldsIt() throws IOException {
    List<String> rows =
        ROW.matcher(Files.readString(PAGE)).results().map(MatchResult::group).toList();

    assertThat(rows).hasSize(10);
    assertThat(rows)
        .allMatch(row ->
            TYPE.matcher(row).results().anyMatch(name -> name.group(1).matches("\\w+(Test|IT)")));
  }

  private static Set<String> types() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".java"))
          .map(file -> file.replaceFirst("\\.java$", ""))
          .collect(Collectors.toSet());
    }
  }
}
