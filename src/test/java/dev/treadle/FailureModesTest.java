package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Holds the tables of docs/reliability.md and docs/security.md to the tests that they name. */
class FailureModesTest {
  private static final Path PAGE = Path.of("docs", "reliability.md");
  private static final Path THREATS = Path.of("docs", "security.md");
  private static final Path TESTS = Path.of("src", "test", "java");
  private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| \\d+ \\|.*$");

  @Test
  void everyTestThatIsNamedExists() throws Exception {
    String page = Files.readString(PAGE);
    List<String> missing = new ArrayList<>();
    List<MatchResult> names = NAMED.matcher(page).results().toList();
    for (MatchResult name : names) {
      if (!isTest(name.group(1), name.group(2))) missing.add(name.group());
    }
    assertThat(names).hasSizeGreaterThan(80);
    assertThat(missing).isEmpty();
  }

  @Test
  void everyRowNamesATestOrSaysThatThereIsNone() throws IOException {
    List<String> rows =
        ROW.matcher(Files.readString(PAGE)).results().map(MatchResult::group).toList();

    assertThat(rows).hasSizeGreaterThan(45);
    assertThat(rows).allMatch(row -> NAMED.matcher(row).find() || row.contains("Not built yet"));
  }

  @Test
  void everyBadInputOfThePageAboutSecurityNamesTestsThatExist() throws Exception {
    List<String> rows =
        Files.readString(THREATS).lines().filter(line -> line.matches("\\| S\\d+ \\|.*")).toList();
    List<String> missing = new ArrayList<>();
    for (String row : rows) {
      List<MatchResult> names = NAMED.matcher(row).results().toList();
      assertThat(names).as(row).isNotEmpty();
      for (MatchResult name : names) {
        if (!isTest(name.group(1), name.group(2))) missing.add(name.group());
      }
    }
    assertThat(rows).hasSizeGreaterThanOrEqualTo(21);
    assertThat(missing).isEmpty();
  }

  private static boolean isTest(String className, String method) throws Exception {
    Path file;
    try (Stream<Path> files = Files.walk(TESTS)) {
      file = files.filter(each -> each.endsWith(className + ".java")).findFirst().orElse(TESTS);
    }
    if (file.equals(TESTS)) return false;
    String name = TESTS.relativize(file).toString().replace(".java", "").replace('/', '.');
    return Arrays.stream(Class.forName(name).getDeclaredMethods())
        .filter(each -> each.getName().equals(method))
        .anyMatch(each -> AnnotationSupport.isAnnotated(each, Testable.class));
  }
}
