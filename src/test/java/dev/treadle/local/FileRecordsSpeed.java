package dev.treadle.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/**
 * Measures how many transactions a file takes, each like a commit: one text replaced, one added,
 * and an old one removed, so that what is kept does not grow.
 *
 * <p>Arguments: the file (which is deleted first), seconds, and the numbers of threads to try.
 */
final class FileRecordsSpeed {
  private static final String HEAD = "x".repeat(900);
  private static final String ENTRY = "y".repeat(1_500);
  private static final int ENTRIES_KEPT = 500;

  private FileRecordsSpeed() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path file = Path.of(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    for (String threads : Arrays.asList(arguments).subList(2, arguments.length)) {
      Files.deleteIfExists(file);
      try (FileRecords records = FileRecords.open(file)) {
        measure(records, Integer.parseInt(threads), seconds);
        System.out.println("  file: " + Files.size(file) / 1024 / 1024 + " MB");
      }
      System.out.println("  closed: " + Files.size(file) / 1024 / 1024 + " MB");
    }
  }

  private static void measure(Records records, int threads, int seconds)
      throws InterruptedException {
    long[][] nanos = new long[threads][];
    CountDownLatch done = new CountDownLatch(threads);
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    for (int i = 0; i < threads; i++) {
      int thread = i;
      Thread.ofPlatform()
          .start(() -> {
            nanos[thread] = run(records, thread, end, 4_000_000 / threads);
            done.countDown();
          });
    }
    done.await();
    long[] all = Arrays.stream(nanos).flatMapToLong(Arrays::stream).sorted().toArray();
    System.out.printf(
        "%d threads: %d transactions/s, p50 %.3f ms, p99 %.3f ms, most %.1f ms%n",
        threads,
        all.length / seconds,
        all[all.length / 2] / 1e6,
        all[(int) (all.length * 0.99)] / 1e6,
        all[all.length - 1] / 1e6);
  }

  private static long[] run(Records records, int thread, long end, int most) {
    long[] nanos = new long[most];
    int count = 0;
    for (long from = System.nanoTime(); from < end && count < nanos.length; count++) {
      String task = "TASK#" + thread + "-" + count / 25 % 20 + "/";
      String entry = "LOG#" + thread + "-" + count;
      String old = "LOG#" + thread + "-" + (count - ENTRIES_KEPT);
      records.transact(transaction -> {
        transaction.get(task + "HEAD");
        transaction.put(task + "HEAD", HEAD + entry);
        transaction.put(entry, ENTRY);
        transaction.remove(old);
        return true;
      });
      long now = System.nanoTime();
      nanos[count] = now - from;
      from = now;
    }
    return Arrays.copyOf(nanos, count);
  }
}
