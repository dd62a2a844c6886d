package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Looks into the function that the build made. */
class FunctionZipIT {
  @Test
  void holdsNothingOfTheLocalRuntime() throws Exception {
    try (ZipFile zip =
        new ZipFile(
            Path.of(System.getProperty("treadle.build.directory"), "function.zip").toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName))
          .anyMatch(name -> name.startsWith("dev/treadle/lambda/"))
          .noneMatch(name ->
              name.startsWith("dev/treadle/local")
                  || name.contains("mvstore")
                  || name.contains("picocli"));
    }
  }
}
