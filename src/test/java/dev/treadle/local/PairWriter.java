package dev.treadle.local;

import java.nio.file.Path;

/**
 * A process to be killed: writes pairs of keys, one transaction each, from a few threads, and
 * prints each number after its transaction returned.
 */
final class PairWriter {
  static final String LEFT = "LEFT#";
  static final String RIGHT = "RIGHT#";
  private static final int THREADS = 4;
  private static final int MOST = 1_000_000;

  private PairWriter() {}

  public static void main(String[] arguments) {
    FileRecords records = FileRecords.open(Path.of(arguments[0]));
    for (int thread = 0; thread < THREADS; thread++) {
      int first = thread;
      Thread.ofPlatform()
          .start(() -> {
            for (int number = first; number < MOST; number += THREADS) write(records, number);
          });
    }
  }

  private static void write(Records records, int number) {
    String text = "n".repeat(number % 3_000);
    records.transact(transaction -> {
      transaction.put(LEFT + number, text);
      transaction.put(RIGHT + number, text);
      return true;
    });
    System.out.println(number);
  }
}
