package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/security.md to what is there: each type and each test that it names exists. */
class SecurityPageTest {
  private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)`");

  @Test
  void everyTypeThatItNamesExists() throws IOException {
    String page = Files.readString(Path.of("docs/security.md"));
    Set<String> named = new TreeSet<>();
    for (Matcher match = TYPE.matcher(page); match.find(); ) named.add(match.group(1));

    assertThat(named).hasSizeGreaterThan(30);
    assertThat(sources()).containsAll(named);
  }

  @Test
  void everyRowOfTheTopTenIsThereAndNamesWhatHoldsIt() throws IOException {
    String page = Files.readString(Path.of("docs/security.md"));

    for (int row = 1; row <= 10; row++) {
      assertThat(page).containsPattern("\\| ASI%02d [^|]+\\|[^|]+\\| `[^|]+\\|\n".formatted(row));
    }
  }

  private static Set<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .collect(Collectors.toSet());
    }
  }
}
