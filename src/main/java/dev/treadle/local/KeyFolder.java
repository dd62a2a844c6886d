package dev.treadle.local;

import dev.treadle.approval.DecisionKeys;
import dev.treadle.approval.DecisionSigner;
import dev.treadle.approval.KeyText;
import dev.treadle.approval.LinkKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The keys of links and decisions in files that only their owner can read.
 *
 * @param signer absent where this process may check decisions and not make them
 */
record KeyFolder(
    Optional<LinkKeys> links, Optional<DecisionSigner> signer, DecisionKeys decisionKeys) {
  static final String LINK_KEYS = "link-keys.json";
  static final String DECISION_KEY = "decision-key.json";
  static final String DECISION_KEYS = "decision-keys.json";
  private static final String FIRST_ID = "k1";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /** No keys: nothing can be decided, and no decision holds. */
  static final KeyFolder NONE =
      new KeyFolder(Optional.empty(), Optional.empty(), new DecisionKeys(Map.of()));

  /** Reads the keys; the first time, makes them. */
  static KeyFolder openOrCreate(Path folder, RandomGenerator random) throws IOException {
    if (!Files.exists(folder.resolve(DECISION_KEYS))) {
      KeyText.Fresh fresh = KeyText.fresh(FIRST_ID, random);
      createPrivate(folder);
      write(folder.resolve(LINK_KEYS), fresh.linkKeys());
      write(folder.resolve(DECISION_KEY), fresh.decisionKey());
      // Last, so that a folder with this file is whole.
      write(folder.resolve(DECISION_KEYS), fresh.decisionKeys());
    }
    return open(folder);
  }

  /**
   * Reads the keys of a folder; what only the deciding side needs may be missing.
   *
   * @throws IllegalArgumentException a key is not one, or others than the owner can use its file
   */
  static KeyFolder open(Path folder) throws IOException {
    return new KeyFolder(
        text(folder, LINK_KEYS).map(KeyText::linkKeys),
        text(folder, DECISION_KEY).map(KeyText::signer),
        text(folder, DECISION_KEYS)
            .map(KeyText::decisionKeys)
            .orElseGet(() -> new DecisionKeys(Map.of())));
  }

  private static Optional<String> text(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) return Optional.empty();
    demandPrivate(file);
    return Optional.of(Files.readString(file));
  }

  /** Whoever reads a key decides in anybody's name; whoever replaces one makes his own count. */
  private static void demandPrivate(Path file) throws IOException {
    if (!isPosix()) return;
    Set<PosixFilePermission> given = Files.getPosixFilePermissions(file);
    if (!OWNER_ONLY.containsAll(given)) {
      throw new IllegalArgumentException(
          "%s has the permissions %s: only its owner may read or write a key (chmod 600)"
              .formatted(file, PosixFilePermissions.toString(given)));
    }
  }

  private static boolean isPosix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  private static void createPrivate(Path folder) throws IOException {
    if (!Files.exists(folder)) Files.createDirectories(folder, only("rwx------"));
  }

  private static void write(Path file, String text) throws IOException {
    // An interrupted first start may have left one.
    Files.deleteIfExists(file);
    try (var channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            only("rw-------"))) {
      channel.write(StandardCharsets.UTF_8.encode(text));
    }
  }

  private static FileAttribute<?>[] only(String permissions) {
    return isPosix()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
