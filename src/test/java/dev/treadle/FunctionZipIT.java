package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Looks into the function that the build made, and into its bill of materials. */
class FunctionZipIT {
  private static final Path BUILD = Path.of(System.getProperty("treadle.build.directory"));

  /** Lambda takes no more in a zip that is uploaded directly. */
  private static final long BYTES_MAX = 50_000_000;

  @Test
  void holdsNothingOfTheLocalRuntime() throws Exception {
    try (ZipFile zip = ofTheJvm()) {
      assertThat(zip.stream().map(ZipEntry::getName))
          .anyMatch(name -> name.startsWith("dev/treadle/lambda/"))
          .noneMatch(name ->
              name.startsWith("dev/treadle/local")
                  || name.contains("mvstore")
                  || name.contains("picocli"));
    }
  }

  @Test
  void namesEachEntryOnceAndFitsIntoAnUpload() throws Exception {
    try (ZipFile zip = zip()) {
      assertThat(zip.stream().map(ZipEntry::getName)).doesNotHaveDuplicates();
    }
    assertThat(Files.size(BUILD.resolve("function.zip"))).isLessThan(BYTES_MAX);
  }

  @Test
  void itsLibrariesAreThoseOfTheBillOfMaterials() throws Exception {
    Path file = BUILD.resolve("bom.json");
    assumeTrue(Files.exists(file), "Maven was offline: there is no bill of materials");
    JsonNode bill = Json.parse(Files.readString(file));
    Map<String, String> digests = new HashMap<>();
    for (JsonNode part : bill.path("components")) {
      for (JsonNode hash : part.path("hashes")) {
        if (!hash.path("alg").asText().equals("SHA-256")) continue;
        String version = part.path("version").asText();
        digests.put(
            "%s.%s-%s".formatted(part.path("group").asText(), part.path("name").asText(), version),
            hash.path("content").asText());
      }
    }

    assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
    try (ZipFile zip = ofTheJvm()) {
      List<? extends ZipEntry> libraries =
          zip.stream().filter(each -> each.getName().endsWith(".jar")).toList();
      assertThat(libraries).hasSizeGreaterThan(50);
      for (ZipEntry library : libraries) {
        String name = library.getName().replaceFirst("^lib/", "").replaceFirst("\\.jar$", "");
        assertThat(digests)
            .as("%s, of a bill that an offline build keeps as it was", library.getName())
            .containsEntry(name, sha256(zip, library));
      }
    }
  }

  private static ZipFile zip() throws IOException {
    return new ZipFile(BUILD.resolve("function.zip").toFile());
  }

  private static ZipFile ofTheJvm() throws IOException {
    ZipFile zip = zip();
    assumeTrue(
        zip.getEntry("bootstrap") == null,
        "function.zip holds a native binary: it was not looked into");
    return zip;
  }

  private static String sha256(ZipFile zip, ZipEntry entry)
      throws IOException, NoSuchAlgorithmException {
    try (InputStream content = zip.getInputStream(entry)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(content.readAllBytes()));
    }
  }
}
