package dev.treadle.local;

import dev.treadle.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Tells the command line where the runtime of a data folder listens.
 *
 * @param secret sent with every command, so that a web page that a browser shows cannot send one
 */
record RuntimeFile(int port, String secret) {
  private static final String NAME = "runtime.json";

  static Optional<RuntimeFile> in(Path data) {
    Path file = data.resolve(NAME);
    if (!Files.exists(file)) return Optional.empty();
    try {
      return Optional.of(Json.read(Files.readString(file), RuntimeFile.class));
    } catch (IOException | UncheckedIOException unreadable) {
      return Optional.empty(); // A runtime that died while it wrote it.
    }
  }

  void writeTo(Path data) throws IOException {
    Path file = data.resolve(NAME);
    Files.deleteIfExists(file);
    if (Files.getFileStore(data).supportsFileAttributeView("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.writeString(file, Json.write(this));
  }

  static void deleteFrom(Path data) {
    try {
      Files.deleteIfExists(data.resolve(NAME));
    } catch (IOException left) {
      // A stale file is harmless: the next command finds nobody at its port.
    }
  }
}
