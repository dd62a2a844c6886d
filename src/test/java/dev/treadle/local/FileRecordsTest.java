package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file adds to the contract: it outlives the process, and says when it cannot be used. */
class FileRecordsTest {
  private static final int PAIRS_BEFORE_KILL = 2_000;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("deep/treadle.mv");
  }

  @Test
  void whatWasWrittenIsThereAfterReopening() {
    try (FileRecords records = FileRecords.open(file)) {
      put(records, "key", "text");
    }
    try (FileRecords records = FileRecords.open(file)) {
      assertThat(get(records, "key")).contains("text");
    }
  }

  @Test
  void aTransactionThatThrowsWritesNothing() {
    try (FileRecords records = FileRecords.open(file)) {
      assertThatThrownBy(() ->
              records.transact(transaction -> {
                transaction.put("key", "text");
                throw new IllegalStateException("refused");
              }))
          .hasMessage("refused");

      assertThat(get(records, "key")).isEmpty();
    }
  }

  @Test
  void whatATransactionReturnedBeforeAKillIsThereAndNoPairIsTorn() throws Exception {
    for (int round = 0; round < 3; round++) {
      Files.deleteIfExists(file);
      List<Integer> printed = writePairsUntilKilled(PAIRS_BEFORE_KILL * (round + 1));

      try (FileRecords records = FileRecords.open(file)) {
        List<String> left = texts(records, PairWriter.LEFT);
        assertThat(left).isEqualTo(texts(records, PairWriter.RIGHT));
        assertThat(left).hasSizeGreaterThanOrEqualTo(printed.size());
        for (int number : printed) {
          assertThat(get(records, PairWriter.LEFT + number)).contains("n".repeat(number % 3_000));
        }
      }
    }
  }

  @Test
  void anInterruptedCallerDoesNotCloseTheFile() throws InterruptedException {
    try (FileRecords records = FileRecords.open(file)) {
      CountDownLatch running = new CountDownLatch(1);
      Thread caller =
          Thread.ofPlatform()
              .start(() -> {
                Thread.currentThread().interrupt();
                running.countDown();
                for (int i = 0; i < 200; i++) put(records, "key-" + i, "text");
              });
      running.await();
      caller.interrupt();
      caller.join();

      assertThat(get(records, "key-199")).contains("text");
    }
  }

  @Test
  void aFileInUseIsRefusedInWords() {
    try (FileRecords records = FileRecords.open(file)) {
      assertThatThrownBy(() -> FileRecords.open(file))
          .isInstanceOf(FileRecords.Unusable.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("another process has it open");

      put(records, "key", "text");
    }
  }

  @Test
  void aFileInUseByAnotherProcessIsRefusedInWords() throws Exception {
    Process writer = startPairWriter();
    try (BufferedReader output = output(writer)) {
      assertThat(output.readLine()).isNotNull();

      assertThatThrownBy(() -> FileRecords.open(file))
          .isInstanceOf(FileRecords.Unusable.class)
          .hasMessageContaining("another process has it open");
    } finally {
      writer.destroyForcibly().waitFor();
    }
  }

  @Test
  void aDamagedFileIsRefusedInWordsAndLeftAsItIs() throws IOException {
    Files.createDirectories(folder.resolve("deep"));
    byte[] garbage = "this is not a store ".repeat(1_000).getBytes(StandardCharsets.UTF_8);
    Files.write(file, garbage);

    assertThatThrownBy(() -> FileRecords.open(file))
        .isInstanceOf(FileRecords.Unusable.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("it is damaged");

    assertThat(Files.readAllBytes(file)).isEqualTo(garbage);
  }

  @Test
  void aClosedFileTakesNoTransaction() {
    FileRecords records = FileRecords.open(file);
    records.close();
    records.close();

    assertThatThrownBy(() -> put(records, "key", "text"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void aTransactionStartsNoOther() {
    try (FileRecords records = FileRecords.open(file)) {
      assertThatThrownBy(() -> records.transact(_ -> get(records, "key")))
          .isInstanceOf(IllegalStateException.class);
    }
    try (MapRecords records = new MapRecords()) {
      assertThatThrownBy(() -> records.transact(_ -> get(records, "key")))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aTransactionReadsBeforeItWrites() {
    try (MapRecords records = new MapRecords()) {
      assertThatThrownBy(() ->
              records.transact(transaction -> {
                transaction.put("key", "text");
                return transaction.get("key");
              }))
          .hasMessageContaining("reads first");
      assertThat(get(records, "key")).isEmpty();
    }
  }

  private List<Integer> writePairsUntilKilled(int pairs) throws Exception {
    Process writer = startPairWriter();
    List<Integer> printed = new ArrayList<>();
    try (BufferedReader output = output(writer)) {
      while (printed.size() < pairs) {
        printed.add(Integer.parseInt(Optional.ofNullable(output.readLine()).orElseThrow()));
      }
      // The process's own destroy would close the pipe, and with it what it has printed already.
      writer.toHandle().destroyForcibly();
      writer.waitFor();
      // What it had printed before it died counts too, but for a line cut off in the middle.
      List<String> rest = output.lines().toList();
      for (int i = 0; i < rest.size() - 1; i++) printed.add(Integer.parseInt(rest.get(i)));
    } finally {
      writer.destroyForcibly().waitFor();
    }
    return printed;
  }

  private Process startPairWriter() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx100m",
            "-cp",
            System.getProperty("java.class.path"),
            PairWriter.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static BufferedReader output(Process process) {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  private static void put(Records records, String key, String text) {
    records.transact(transaction -> {
      transaction.put(key, text);
      return true;
    });
  }

  private static Optional<String> get(Records records, String key) {
    return records.transact(transaction -> transaction.get(key));
  }

  private static List<String> texts(Records records, String prefix) {
    return records.transact(transaction ->
        transaction.range(prefix, prefix + "\uffff", Integer.MAX_VALUE).stream()
            .map(row -> row.key().substring(prefix.length()) + "=" + row.text().length())
            .toList());
  }
}
