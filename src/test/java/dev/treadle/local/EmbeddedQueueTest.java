package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.engine.Defaults;
import dev.treadle.engine.StepQueue;
import dev.treadle.engine.StepQueueContract;
import dev.treadle.engine.StepSource;
import dev.treadle.engine.StepSource.Received;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded queue keeps the contract, and what the local runtime needs beyond it. */
class EmbeddedQueueTest {
  @Nested
  class InMemory extends OnRecords {
    @Override
    Records openRecords() {
      return new MapRecords();
    }
  }

  @Nested
  class InAFile extends OnRecords {
    @TempDir Path folder;

    @Override
    Records openRecords() {
      return FileRecords.open(folder.resolve("treadle.mv"));
    }
  }

  abstract static class OnRecords extends StepQueueContract {
    private final SettableClock clock = new SettableClock();
    private Records records = new MapRecords();
    private EmbeddedQueue queue = queueOn(records, clock);

    abstract Records openRecords();

    @Override
    protected void open() {
      records = openRecords();
      queue = queueOn(records, clock);
    }

    @AfterEach
    void closeRecords() {
      records.close();
    }

    @Override
    protected StepQueue queue() {
      return queue;
    }

    @Override
    protected StepSource source() {
      return queue;
    }

    @Override
    protected void passTime(Duration time) {
      clock.pass(time);
    }

    @Override
    protected void sendRaw(String body) {
      queue.sendRaw(body, Duration.ZERO);
    }

    @Override
    protected List<String> deadBodies() {
      return queue.deadLetters().stream().map(EmbeddedQueue.DeadLetter::body).toList();
    }

    static EmbeddedQueue queueOn(Records records, SettableClock clock) {
      EmbeddedQueue.Terms terms = new EmbeddedQueue.Terms(VISIBILITY, MAX_RECEIVE_COUNT);
      return new EmbeddedQueue(records, clock, new SplittableRandom(1), terms);
    }
  }

  private final SettableClock clock = new SettableClock();
  private final Records records = new MapRecords();
  private final EmbeddedQueue queue = OnRecords.queueOn(records, clock);

  @Test
  void messagesComeInTheOrderInWhichTheyBecameVisible() {
    queue.sendRaw("third", Duration.ofSeconds(3));
    queue.sendRaw("first", Duration.ZERO);
    queue.sendRaw("second", Duration.ofSeconds(2));
    clock.pass(Duration.ofSeconds(3));

    assertThat(queue.receive(2)).map(Received::body).containsExactly("first", "second");
    assertThat(queue.receive(2)).map(Received::body).containsExactly("third");
  }

  @Test
  void aLongDelayEndsAtTheQueuesMost() {
    queue.sendRaw("x", Duration.ofDays(3));

    clock.pass(Defaults.QUEUE_DELAY_MAX.minusNanos(1));
    assertThat(queue.receive(1)).isEmpty();
    clock.pass(Duration.ofNanos(1));
    assertThat(queue.receive(1)).hasSize(1);
  }

  @Test
  void aLongHidingEndsAtTheQueuesMost() {
    queue.sendRaw("x", Duration.ZERO);
    queue.hideFor(queue.receive(1).getFirst().receipt(), Duration.ofDays(3));

    assertThat(queue.nextVisibleAt()).contains(clock.instant().plus(Defaults.HIDE_MAX));
  }

  @Test
  void aMessageThatIsVisibleAgainCannotBeHiddenByItsLastReceiver() {
    queue.sendRaw("x", Duration.ZERO);
    Received received = queue.receive(1).getFirst();
    clock.pass(StepQueueContract.VISIBILITY);

    queue.hideFor(received.receipt(), Duration.ofHours(1));

    assertThat(queue.receive(1)).hasSize(1);
  }

  @Test
  void textThatIsNoReceiptDoesNothing() {
    queue.sendRaw("x", Duration.ZERO);

    for (String receipt : List.of("", ":", "no-such-message:1", "/", "x")) {
      queue.delete(receipt);
      queue.hideFor(receipt, Duration.ofHours(1));
    }

    assertThat(queue.receive(1)).hasSize(1);
  }

  @Test
  void aPollerLearnsWhenToLookAgain() {
    AtomicInteger calls = new AtomicInteger();
    queue.onWork(calls::incrementAndGet);
    assertThat(queue.nextVisibleAt()).isEmpty();

    queue.sendRaw("x", Duration.ofSeconds(9));
    assertThat(queue.nextVisibleAt()).contains(clock.instant().plusSeconds(9));
    clock.pass(Duration.ofSeconds(9));
    String receipt = queue.receive(1).getFirst().receipt();
    assertThat(queue.nextVisibleAt()).contains(clock.instant().plus(StepQueueContract.VISIBILITY));
    queue.hideFor(receipt, Duration.ZERO);

    assertThat(queue.nextVisibleAt()).contains(clock.instant());
    assertThat(calls).hasValue(2);
  }

  @Test
  void aDeadLetterCanBeSentAgain() {
    queue.sendRaw("x", Duration.ZERO);
    for (int i = 0; i <= StepQueueContract.MAX_RECEIVE_COUNT; i++) {
      queue.receive(1);
      clock.pass(StepQueueContract.VISIBILITY);
    }
    EmbeddedQueue.DeadLetter dead = queue.deadLetters().getFirst();

    assertThat(queue.redrive(dead.id())).isTrue();
    assertThat(queue.redrive(dead.id())).isFalse();

    assertThat(queue.deadLetters()).isEmpty();
    assertThat(queue.receive(1))
        .map(received -> received.body() + received.receiveCount())
        .containsExactly("x1");
  }

  @Test
  void aRandomGeneratorThatRepeatsItselfOverwritesNoMessage() {
    queue.sendRaw("kept", Duration.ZERO);
    EmbeddedQueue restarted = OnRecords.queueOn(records, clock);

    assertThatThrownBy(() -> restarted.sendRaw("x", Duration.ZERO))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("random generator");

    assertThat(queue.receive(9)).map(Received::body).containsExactly("kept");
  }

  @Test
  void receiversThatRaceNeverHoldTheSameMessage() throws InterruptedException {
    int messages = 200;
    for (int i = 0; i < messages; i++) queue.sendRaw("m-" + i, Duration.ZERO);
    List<String> received = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> receivers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      receivers.add(
          Thread.ofPlatform()
              .start(() -> {
                await(start);
                for (int n = 0; n < messages; n++) {
                  queue.receive(1).forEach(message -> received.add(message.body()));
                }
              }));
    }
    start.countDown();
    for (Thread each : receivers) each.join();

    assertThat(received).hasSize(messages).doesNotHaveDuplicates();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stray) {
      throw new AssertionError(stray);
    }
  }
}
