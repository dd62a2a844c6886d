package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class VirtualThreadsTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(20);

  @Test
  void aToolThatPassesItsLimitIsSilentAndInterrupted() throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    try (VirtualThreads threads = new VirtualThreads()) {
      var hanging =
          new ToolRunner.Work<>(
              () -> {
                try {
                  new CountDownLatch(1).await();
                  return "never";
                } finally {
                  interrupted.countDown();
                }
              },
              SHORT);

      assertThat(threads.run(List.of(hanging)))
          .containsExactly(new ToolRunner.Silent<>("no answer within 20 ms"));
      interrupted.await();
    }
  }

  @Test
  void aToolThatHangsDoesNotKeepTheOthersFromAnswering() {
    try (VirtualThreads threads = new VirtualThreads()) {
      var hanging =
          new ToolRunner.Work<>(
              () -> {
                new CountDownLatch(1).await();
                return "never";
              },
              SHORT);
      var quick = new ToolRunner.Work<>(() -> "seen", LONG);

      assertThat(threads.run(List.of(hanging, quick)))
          .containsExactly(
              new ToolRunner.Silent<>("no answer within 20 ms"), new ToolRunner.Said<>("seen"));
    }
  }

  @Test
  void theLimitOfAToolDoesNotBeginWhenTheOneBeforeItEnds() {
    CountDownLatch interrupted = new CountDownLatch(1);
    try (VirtualThreads threads = new VirtualThreads()) {
      var waiting =
          new ToolRunner.Work<>(
              () -> {
                interrupted.await();
                return "seen";
              },
              Duration.ofSeconds(10));
      var hanging =
          new ToolRunner.Work<>(
              () -> {
                try {
                  new CountDownLatch(1).await();
                  return "never";
                } finally {
                  interrupted.countDown();
                }
              },
              SHORT);

      assertThat(threads.run(List.of(waiting, hanging)))
          .containsExactly(
              new ToolRunner.Said<>("seen"), new ToolRunner.Silent<>("no answer within 20 ms"));
    }
  }

  @Test
  void aToolThatThrowsIsSilentAndSaysWhy() {
    try (VirtualThreads threads = new VirtualThreads()) {
      ToolRunner.Work<String> broken =
          new ToolRunner.Work<>(
              () -> {
                throw new IllegalStateException("no line");
              },
              LONG);

      assertThat(threads.run(List.of(broken)))
          .containsExactly(new ToolRunner.Silent<>("IllegalStateException: no line"));
    }
  }
}
