package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the guide and the map to the code. */
class GuideTest {
  private static final Path DOCS = Path.of("docs");

  /** A snippet says in the line above where it stands: whole, or as lines in a row. */
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- from (\\S+) -->\n```\\w*\n(.*?)```", Pattern.DOTALL);

  private static final Pattern JAVA = Pattern.compile("(?m)^```java$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
  private static final Pattern ROOM = Pattern.compile("(?m)^### `([\\w.]+)`");
  private static final Pattern TYPE = Pattern.compile("(?m)^\\| `([\\w.]+)` \\|");

  @Test
  void everySnippetOfTheGuideStandsInAFileThatIsCompiledOrRead() throws IOException {
    int snippets = 0;
    for (Path page : pages("guide")) {
      String text = Files.readString(page);
      List<MatchResult> found = SNIPPET.matcher(text).results().toList();
      for (MatchResult snippet : found) {
        List<String> shown = lines(snippet.group(2));
        List<String> source = lines(Files.readString(Path.of(snippet.group(1))));
        assertThat(Collections.indexOfSubList(source, shown))
            .as("%s shows what %s does not say:%n%s", page, snippet.group(1), snippet.group(2))
            .isNotNegative();
      }
      assertThat(found)
          .as("each Java snippet of %s says where it stands", page)
          .hasSizeGreaterThanOrEqualTo((int) JAVA.matcher(text).results().count());
      snippets += found.size();
    }
    assertThat(snippets).isGreaterThanOrEqualTo(5);
  }

  @Test
  void theGuideNamesEachReasonForWhichATaskStopsOrWaits() throws IOException {
    String page = Files.readString(DOCS.resolve("guide/how-a-task-stops.md"));

    assertThat(page)
        .contains(Stream.of(Reason.values()).map(each -> "`" + each.wireName() + "`").toList());
  }

  @Test
  void everyPageThatIsLinkedToExists() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page :
        Stream.of(pages(""), pages("guide"), pages("agents")).flatMap(List::stream).toList()) {
      for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
        if (!Files.exists(page.resolveSibling(link.group(1)))) {
          broken.add(page + ": " + link.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyTypeOfTheMapLivesInTheRoomThatTheMapSays() throws IOException {
    String[] rooms = Files.readString(DOCS.resolve("map.md")).split("(?m)(?=^### )", -1);
    List<String> missing = new ArrayList<>();
    int types = 0;
    for (String section : rooms) {
      List<MatchResult> room = ROOM.matcher(section).results().toList();
      if (room.isEmpty()) continue;
      for (MatchResult type : TYPE.matcher(section).results().toList()) {
        types++;
        String name = room.getFirst().group(1) + "." + type.group(1);
        Path file = Path.of("src/main/java", name.replace('.', '/') + ".java");
        if (!Files.exists(file)) missing.add(name);
      }
    }
    assertThat(missing).isEmpty();
    assertThat(types).isGreaterThan(70);
  }

  private static List<Path> pages(String folder) throws IOException {
    try (Stream<Path> files = Files.list(DOCS.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  private static List<String> lines(String text) {
    return text.strip().lines().map(String::strip).toList();
  }
}
