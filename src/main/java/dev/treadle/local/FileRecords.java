package dev.treadle.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * Records in one file, which survive the death of the process at any time. A power failure may cost
 * the last seconds.
 *
 * <p>One thread owns the file: it runs the transactions that wait, saves them together, and only
 * then lets their callers go on. Only that thread touches the file, because an interrupt of a
 * thread that reads or writes would close it for all.
 */
public final class FileRecords implements Records {
  private static final int CACHE_MEGABYTES = 8;

  /** A save rewrites whole pages, so small ones keep it short. */
  private static final int PAGE_BYTES = 4 * 1024;

  /** Forces the file to the disk so often, and wins back space. */
  private static final Duration TIDY_EVERY = Duration.ofSeconds(1);

  /** Several tidyings: space may be used again once a power failure cannot bring back its owner. */
  private static final Duration RETENTION = Duration.ofSeconds(3);

  private static final int TIDY_BELOW_PERCENT = 60;
  private static final int TIDY_BYTES = 2 * 1024 * 1024;

  /** After the last change; a file that is still sparse then stays so until the next. */
  private static final int TIDYINGS_MAX = 30;

  private static final int DENSE_PERCENT = 90;

  private final Path file;
  private final MVStore store;
  private final MVMap<String, String> map;
  private final MVMap<String, String> tidyings;
  private final Thread owner;
  private final BlockingQueue<Request<?>> waiting = new LinkedBlockingQueue<>();
  private final Object door = new Object();
  private Optional<RuntimeException> closed = Optional.empty();
  private int tidyingsLeft;
  private long tidiedAtNanos = System.nanoTime();

  /** The file cannot be used; the message says why, and what to do. */
  public static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unusable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private FileRecords(Path file, MVStore store) {
    this.file = file;
    this.store = store;
    map = store.openMap("records");
    tidyings = store.openMap("tidyings");
    owner = Thread.ofPlatform().name("treadle-records").daemon().unstarted(this::serve);
  }

  /**
   * Opens or creates a file.
   *
   * @throws Unusable another process has it open, or it is damaged; it is left as it is
   */
  public static FileRecords open(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) Files.createDirectories(folder);
      MVStore store =
          new MVStore.Builder()
              .fileName(file.toString())
              // MVStore must save only between transactions: one that it saved halfway would be
              // torn.
              .autoCommitDisabled()
              .autoCommitBufferSize(0)
              .cacheSize(CACHE_MEGABYTES)
              .pageSplitSize(PAGE_BYTES)
              .open();
      store.setVersionsToKeep(0);
      store.setRetentionTime((int) RETENTION.toMillis());
      FileRecords records = new FileRecords(file, store);
      records.owner.start();
      return records;
    } catch (MVStoreException failure) {
      throw unusable(file, failure);
    } catch (IOException failure) {
      throw new Unusable("cannot create the folder of " + file + ": " + failure, failure);
    }
  }

  private static Unusable unusable(Path file, MVStoreException failure) {
    String why =
        switch (failure.getErrorCode()) {
          case DataUtils.ERROR_FILE_LOCKED ->
              "another process has it open; stop that one, or use another file";
          case DataUtils.ERROR_FILE_CORRUPT, DataUtils.ERROR_CHUNK_NOT_FOUND ->
              "it is damaged; restore a copy, or move it away to begin anew";
          case DataUtils.ERROR_UNSUPPORTED_FORMAT -> "another version of the store wrote it";
          default -> "reading or writing failed; see whether the disk is full or the file writable";
        };
    return new Unusable(
        "cannot use " + file + ": " + why + " (" + failure.getMessage() + ")", failure);
  }

  @Override
  public <T> T transact(Function<Transaction, T> work) {
    if (Thread.currentThread() == owner) {
      throw new IllegalStateException("a transaction must not start another one");
    }
    Request<T> request = new Request<>(work);
    synchronized (door) {
      closed.ifPresent(why -> {
        throw new IllegalStateException(file + " is closed", why);
      });
      waiting.add(request);
    }
    return request.await();
  }

  /** Waits for the transactions that began before, and closes the file. */
  @Override
  public void close() {
    Request<Boolean> last = new Request<>(_ -> true);
    synchronized (door) {
      if (closed.isPresent()) return;
      closed = Optional.of(new IllegalStateException("it was closed here"));
      waiting.add(last);
    }
    last.await();
  }

  private void serve() {
    List<Request<?>> batch = new ArrayList<>();
    try {
      boolean isLast = false;
      while (!isLast) {
        batch.clear();
        awaitAll(batch);
        runAll(batch);
        isLast = isClosed() && waiting.isEmpty();
        if (isLast) store.close();
        batch.forEach(Request::answer);
        if (!isLast) tidyIfDue(batch.isEmpty());
      }
    } catch (RuntimeException | Error failure) {
      giveUp(batch, failure);
    }
  }

  private void awaitAll(List<Request<?>> batch) {
    try {
      Request<?> first = waiting.poll(TIDY_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      if (first != null) batch.add(first);
      waiting.drainTo(batch);
    } catch (InterruptedException stray) {
      throw new IllegalStateException("nobody may interrupt the owner of " + file, stray);
    }
  }

  /** Runs the batch and saves it as one. */
  private void runAll(List<Request<?>> batch) {
    boolean isChanged = false;
    for (Request<?> request : batch) {
      Transaction transaction = new Transaction(new MapRows());
      request.run(transaction);
      isChanged |= !transaction.changes().isEmpty();
    }
    if (isChanged) store.commit();
    if (isChanged) tidyingsLeft = TIDYINGS_MAX;
  }

  private void tidyIfDue(boolean isIdle) {
    boolean isDue = System.nanoTime() - tidiedAtNanos >= TIDY_EVERY.toNanos();
    if (!isDue || tidyingsLeft == 0) return;
    store.compact(TIDY_BELOW_PERCENT, TIDY_BYTES);
    // MVStore frees what its retention kept only when it saves something.
    if (isIdle) tidyings.put("left", String.valueOf(tidyingsLeft));
    store.commit();
    store.sync();
    tidyingsLeft = isIdle && isDense() ? 0 : tidyingsLeft - 1;
    tidiedAtNanos = System.nanoTime();
  }

  private boolean isDense() {
    return store.getFileStore().getFillRate() >= DENSE_PERCENT;
  }

  private boolean isClosed() {
    synchronized (door) {
      return closed.isPresent();
    }
  }

  /**
   * Whoever waits must hear of it; what was not saved may be repeated once the file works again.
   */
  private void giveUp(List<Request<?>> batch, Throwable failure) {
    RuntimeException why =
        failure instanceof MVStoreException broken
            ? unusable(file, broken)
            : new IllegalStateException(file + " is closed after a failure", failure);
    synchronized (door) {
      closed = Optional.of(why);
      waiting.drainTo(batch);
    }
    batch.forEach(request -> request.fail(why));
    store.closeImmediately();
  }

  private final class MapRows implements Rows {
    @Override
    public Optional<String> get(String key) {
      return Optional.ofNullable(map.get(key));
    }

    @Override
    public List<Row> range(String from, String below, int most) {
      List<Row> rows = new ArrayList<>();
      Cursor<String, String> cursor = map.cursor(from, null, false);
      while (rows.size() < most && cursor.hasNext()) {
        String key = cursor.next();
        if (key.compareTo(below) >= 0) break;
        rows.add(new Row(key, cursor.getValue()));
      }
      return rows;
    }
  }

  private final class Request<T> {
    private final Function<Transaction, T> work;
    private final CompletableFuture<Supplier<T>> answer = new CompletableFuture<>();
    private Supplier<T> result =
        () -> {
          throw new IllegalStateException("the transaction has not run");
        };

    Request(Function<Transaction, T> work) {
      this.work = work;
    }

    void run(Transaction transaction) {
      T value;
      try {
        value = work.apply(transaction);
      } catch (MVStoreException broken) {
        throw broken;
      } catch (RuntimeException refused) {
        result =
            () -> {
              throw refused;
            };
        return;
      }
      transaction
          .changes()
          .forEach((key, text) ->
              text.ifPresentOrElse(written -> map.put(key, written), () -> map.remove(key)));
      result = () -> value;
    }

    void answer() {
      answer.complete(result);
    }

    void fail(RuntimeException why) {
      answer.complete(() -> {
        throw why;
      });
    }

    T await() {
      return answer.join().get();
    }
  }
}
