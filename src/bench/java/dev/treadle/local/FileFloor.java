package dev.treadle.local;

import dev.treadle.bench.Rounds;
import java.nio.file.Path;

/**
 * The floor of the embedded runtime: the five transactions of an iteration (claim, commit, send,
 * receive, delete) with texts of the same size, and no engine.
 */
final class FileFloor {
  private static final String HEAD = "h".repeat(1_200);
  private static final String ENTRY = "e".repeat(3_500);
  private static final String MESSAGE = "m".repeat(200);
  private static final int ROUNDS = 5_000;

  private FileFloor() {}

  static Rounds of(Path file, int threads) throws InterruptedException {
    try (FileRecords records = FileRecords.open(file)) {
      return Rounds.of(
          threads, ROUNDS, (thread, step) -> iteration(records, "TASK#" + thread, step));
    }
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
