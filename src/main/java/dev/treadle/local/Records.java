package dev.treadle.local;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Text under sorted keys, changed by transactions.
 *
 * <p>Transactions run one after the other, each wholly or not at all; when {@link #transact}
 * returns, what the transaction wrote and what it has seen will survive the death of the process,
 * if the records are on a disk at all. Safe for several threads.
 */
public interface Records extends AutoCloseable {
  /**
   * Runs a transaction and answers with its result. What it throws comes out here, and nothing is
   * written.
   *
   * @param work short; waits for nothing, and starts no transaction itself
   */
  <T> T transact(Function<Transaction, T> work);

  @Override
  void close();

  /** A key and its text. */
  record Row(String key, String text) {}

  /** What stands in the records before a transaction. */
  interface Rows {
    Optional<String> get(String key);

    /**
     * Rows in the order of their keys.
     *
     * @param below the first key that is not meant any more
     */
    List<Row> range(String from, String below, int most);
  }
}
