package dev.treadle.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The folder in which a local runtime keeps everything. */
record DataFolder(Path path) {
  /**
   * Makes it, if it is not there.
   *
   * @throws LocalRuntime.Unavailable a file stands in its place, or nobody may write there
   */
  void make() throws LocalRuntime.Unavailable {
    try {
      Files.createDirectories(path);
    } catch (IOException unusable) {
      throw new LocalRuntime.Unavailable(
          "the data folder %s cannot be used: %s; name another with --data"
              .formatted(path, unusable.getClass().getSimpleName()));
    }
  }

  /** Where mails lie that nobody sends. */
  Path outbox() {
    return path.resolve("outbox");
  }

  /** Where a mail lies that was sent under an action's key, if one was. */
  Optional<Path> mail(String key) {
    Path file = outbox().resolve(key + ".eml");
    return Files.exists(file) ? Optional.of(file) : Optional.empty();
  }
}
