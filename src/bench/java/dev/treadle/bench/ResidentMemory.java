package dev.treadle.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of a process, as Linux counts it. */
public final class ResidentMemory {
  private ResidentMemory() {}

  /** The most that a process ever held resident, in MB; zero where nothing counts it. */
  public static long peakMegabytes(long pid) throws IOException {
    Path status = Path.of("/proc/" + pid + "/status");
    if (!Files.exists(status)) return 0;
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(Long::parseLong)
        .map(kilobytes -> kilobytes / 1024)
        .findFirst()
        .orElse(0);
  }
}
