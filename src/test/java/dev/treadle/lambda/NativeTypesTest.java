package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A native binary holds what it was told of. This tells in the normal build what a native one would
 * miss only when it runs.
 */
class NativeTypesTest {
  private static final Path LIST =
      Path.of("src/main/resources/META-INF/native-image/dev.treadle/treadle/reflect-config.json");

  private static final Path REMOTE_TOOLS =
      Path.of("src/main/resources/META-INF/native-image/dev.treadle/mcp/reflect-config.json");

  /** They never run in a native binary, or hold nothing that becomes JSON. */
  private static final Set<String> ELSEWHERE =
      Set.of("dev.treadle.local", "dev.treadle.aws", "dev.treadle.lambda");

  @Test
  void everyRecordAndEnumThatMayBecomeJsonIsRegistered() throws IOException {
    String wanted = document(types());

    assertThat(Files.readString(LIST)).as("%s must read%n%s", LIST, wanted).isEqualTo(wanted);
  }

  /** The protocol's library reads and writes its messages by reflection, and registers nothing. */
  @Test
  void everyMessageOfMcpIsRegistered() throws IOException {
    String wanted =
        document(
            new ClassFileImporter()
                .importPackages("io.modelcontextprotocol.spec").stream()
                    .map(JavaClass::getName)
                    .filter(name -> name.startsWith(McpSchema.class.getName() + "$"))
                    .collect(Collectors.toCollection(TreeSet::new)));

    assertThat(Files.readString(REMOTE_TOOLS))
        .as("%s must read%n%s", REMOTE_TOOLS, wanted)
        .isEqualTo(wanted);
  }

  @Test
  void everyResourceThatIsReadIsIncluded() throws IOException {
    Properties properties = new Properties();
    try (var in = Files.newInputStream(Path.of("src/main/resources/application.properties"))) {
      properties.load(in);
    }
    List<String> globs =
        List.of(properties.getProperty("quarkus.native.resources.includes").split(","));

    try (Stream<Path> files = Files.walk(Path.of("src/main/resources/dev"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = Path.of("src/main/resources").relativize(file).toString();
        assertThat(globs)
            .as(name)
            .anyMatch(
                glob -> file.getFileSystem().getPathMatcher("glob:" + glob).matches(Path.of(name)));
      }
    }
    // Agents of a user come through a service file.
    assertThat(properties.getProperty("quarkus.native.auto-service-loader-registration"))
        .isEqualTo("true");
  }

  private static Set<String> types() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.treadle")
            .stream()
            .filter(type -> type.isRecord() || type.isEnum() || isFamily(type))
            .filter(type -> !type.getModifiers().contains(JavaModifier.SYNTHETIC))
            .filter(type -> !ELSEWHERE.contains(type.getPackageName()))
            .map(JavaClass::getName)
            .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Jackson reads from the interface which record is meant. */
  private static boolean isFamily(JavaClass type) {
    return type.isInterface()
        && type.isAnnotatedWith(com.fasterxml.jackson.annotation.JsonTypeInfo.class);
  }

  private static String document(Set<String> types) {
    String all =
        "\"allDeclaredConstructors\": true, \"allDeclaredMethods\": true, \"allDeclaredFields\": true, \"allRecordComponents\": true";
    return types.stream()
        .map(type -> "  {\"name\": \"%s\", %s}".formatted(type, all))
        .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
  }
}
