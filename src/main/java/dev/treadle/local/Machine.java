package dev.treadle.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a runtime needs of the machine that it runs on.
 *
 * @param keys where the keys of links and decisions lie
 * @param javaFeature the feature version of the Java that runs
 */
record Machine(Path data, Path keys, int port, int javaFeature) {
  static final int JAVA_LEAST = 25;
  private static final int CONNECT_MILLIS = 1_000;

  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  List<Diagnosis> diagnoses() {
    return List.of(java(), folder(), keyFiles(), runtime());
  }

  private Diagnosis java() {
    return javaFeature >= JAVA_LEAST
        ? Diagnosis.ok("java", "version " + javaFeature)
        : Diagnosis.wrong(
            "java",
            "version " + javaFeature,
            "install a JDK %d, and set JAVA_HOME to it".formatted(JAVA_LEAST));
  }

  private Diagnosis folder() {
    if (!Files.exists(data)) {
      return Diagnosis.ok("data", data + " is made at the first start");
    }
    return Files.isDirectory(data) && Files.isWritable(data)
        ? Diagnosis.ok("data", data.toString())
        : Diagnosis.wrong(
            "data",
            data + " is no folder that this user may write to",
            "give it to this user, or name another with --data");
  }

  private Diagnosis keyFiles() {
    if (!Files.exists(keys)) {
      return Diagnosis.ok("keys", "made at the first start, in " + keys);
    }
    try {
      List<Path> open = readableByOthers();
      if (!open.isEmpty()) {
        return Diagnosis.wrong(
            "keys",
            "others on this machine may read " + open.getFirst(),
            "chmod 600 it: whoever reads it can sign decisions");
      }
      KeyFolder folder = KeyFolder.open(keys);
      return folder.signer().isPresent() && folder.links().isPresent()
          ? Diagnosis.ok("keys", keys.toString())
          : Diagnosis.note(
              "keys",
              keys + " lacks " + KeyFolder.DECISION_KEY + " or " + KeyFolder.LINK_KEYS,
              "nothing can be approved from here; the pages of the deployment can");
    } catch (IOException | IllegalArgumentException unusable) {
      return Diagnosis.wrong(
          "keys",
          "%s cannot be used: %s".formatted(keys, unusable.getMessage()),
          "restore them from a copy; with new ones, open questions must be asked anew");
    }
  }

  /** The public keys may be read by anybody. */
  private List<Path> readableByOthers() throws IOException {
    if (!Files.getFileStore(keys).supportsFileAttributeView("posix")) return List.of();
    List<Path> open = new ArrayList<>();
    try (Stream<Path> files = Files.list(keys)) {
      for (Path file : files.sorted().toList()) {
        if (file.endsWith(KeyFolder.DECISION_KEYS)) continue;
        if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) open.add(file);
      }
    }
    return open;
  }

  private Diagnosis runtime() {
    Optional<RuntimeFile> file = RuntimeFile.in(data);
    if (file.isPresent() && answers(file.get().port())) {
      return Diagnosis.ok("runtime", "serves this folder at port " + file.get().port());
    }
    try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return Diagnosis.note(
          "runtime",
          "none serves this folder; port %d is free".formatted(free.getLocalPort()),
          "treadle serve runs what is due");
    } catch (IOException taken) {
      return Diagnosis.wrong(
          "runtime",
          "none serves this folder, and something else has port " + port,
          "stop that, or choose another with --port");
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException nobody) {
      return false;
    }
  }
}
