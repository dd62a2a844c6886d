package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the environment of the functions to what their code reads. */
class VariablesTest {
  private static final Path CODE = Path.of("src/main/java/dev/treadle");

  /** A name as the environment has it, or as the configuration that is read from it has it. */
  private static final Pattern NAME =
      Pattern.compile(
          "\"((?:TREADLE|ANTHROPIC|OPENAI|BEDROCK|OTEL)_[A-Z_]+)\"|(?<!setAttribute\\()\"(treadle\\.[a-z.]+)\"");

  /** Read by our code, and given by no stack. */
  private static final Map<String, String> LOCAL =
      Map.of(
          "TREADLE_DYNAMODB_ENDPOINT", "an emulator's",
          "TREADLE_SQS_ENDPOINT", "an emulator's",
          "TREADLE_PRICES", "a folder that outlives the process, which functions have not",
          "TREADLE_OUTBOX", "a folder that somebody looks into, which functions have not");

  /** Given by the stack, and read by what our code runs on. */
  private static final Set<String> OF_THE_RUNTIME =
      Set.of("QUARKUS_LAMBDA_HANDLER", "JAVA_TOOL_OPTIONS", "DISABLE_SIGNAL_HANDLERS");

  @Test
  void theTemplateGivesWhatTheFunctionsReadAndNothingElse() throws IOException {
    Set<String> given = Template.read().variables();
    given.removeAll(OF_THE_RUNTIME);
    Set<String> read = read();
    assertThat(read).containsAll(LOCAL.keySet());
    read.removeAll(LOCAL.keySet());

    assertThat(read).isEqualTo(given);
  }

  private static Set<String> read() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(CODE)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        if (file.startsWith(CODE.resolve("local"))) continue;
        Matcher name = NAME.matcher(Files.readString(file));
        while (name.find()) {
          names.add(
              name.group(1) != null
                  ? name.group(1)
                  : name.group(2).toUpperCase(Locale.ROOT).replace('.', '_'));
        }
      }
    }
    return names;
  }
}
