package dev.treadle.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The floor of the embedded runtime: the five transactions of an iteration (claim, commit, send,
 * receive, delete) with texts of the same size, and no engine.
 */
record FileFloor(double perSecond, double p50Millis, double p99Millis) {
  private static final String HEAD = "h".repeat(1_200);
  private static final String ENTRY = "e".repeat(3_500);
  private static final String MESSAGE = "m".repeat(200);
  private static final int ROUNDS = 5_000;
  private static final int WARM_ROUNDS = 2_500;

  static FileFloor of(Path file, int threads) throws InterruptedException {
    try (FileRecords records = FileRecords.open(file)) {
      round(records, threads, WARM_ROUNDS);
      long begin = System.nanoTime();
      long[] sorted = round(records, threads, ROUNDS);
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new FileFloor(
          sorted.length / seconds,
          sorted[sorted.length / 2] / 1e6,
          sorted[(int) (sorted.length * 0.99)] / 1e6);
    }
  }

  private static long[] round(FileRecords records, int threads, int rounds)
      throws InterruptedException {
    List<Long> nanos = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      String task = "TASK#" + i;
      Thread.ofVirtual()
          .start(() -> {
            for (int step = 0; step < rounds / threads; step++) {
              long begin = System.nanoTime();
              iteration(records, task, step);
              nanos.add(System.nanoTime() - begin);
            }
            done.countDown();
          });
    }
    done.await();
    return nanos.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  private static void iteration(Records records, String task, int step) {
    String message = "QUEUE#" + task + "/" + step;
    write(records, message, MESSAGE);
    write(records, message, MESSAGE);
    records.transact(transaction -> {
      transaction.get(task);
      transaction.put(task, HEAD + step);
      return true;
    });
    records.transact(transaction -> {
      transaction.get(task);
      transaction.put(task, HEAD);
      transaction.put(task + "/" + step, ENTRY);
      return true;
    });
    records.transact(transaction -> {
      transaction.remove(message);
      return true;
    });
  }

  private static void write(Records records, String key, String text) {
    records.transact(transaction -> {
      transaction.put(key, text);
      return true;
    });
  }
}
