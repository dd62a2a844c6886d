package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.TaskId;
import dev.treadle.engine.StepSource.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What both ends of every queue must do; an adapter passes when a subclass that opens it does. */
public abstract class StepQueueContract {
  /** How long the queue under test hides a received message. */
  public static final Duration VISIBILITY = Duration.ofSeconds(2);

  /** How often the queue under test receives a message before it is a dead letter. */
  public static final int MAX_RECEIVE_COUNT = 3;

  private static final Duration MOMENT = Duration.ofSeconds(1);
  private static final StepMessage MESSAGE = new StepMessage(new TaskId("task:1.a_B-c"), 12, 10);

  private StepQueue queue;
  private StepSource source;

  /** Opens an empty queue with the terms above. */
  protected abstract void open() throws Exception;

  protected abstract StepQueue queue();

  protected abstract StepSource source();

  /** Lets time pass for the queue: moves its clock, or waits. */
  protected abstract void passTime(Duration time);

  /** Sends any text, as anybody with access to the queue may. */
  protected abstract void sendRaw(String body);

  /** The bodies of the messages that were received too often. */
  protected abstract List<String> deadBodies();

  @BeforeEach
  final void openQueue() throws Exception {
    open();
    queue = queue();
    source = source();
  }

  @Test
  void aSentMessageIsReceivedAsItWas() {
    queue.send(MESSAGE, Duration.ZERO);

    Received received = only();

    assertThat(StepMessage.parse(received.body())).contains(MESSAGE);
    assertThat(received.receiveCount()).isEqualTo(1);
  }

  @Test
  void anEmptyQueueGivesNothing() {
    assertThat(source.receive(10)).isEmpty();
  }

  @Test
  void aReceivedMessageIsHidden() {
    queue.send(MESSAGE, Duration.ZERO);
    only();

    assertThat(source.receive(10)).isEmpty();
  }

  @Test
  void aDeletedMessageNeverComesBack() {
    queue.send(MESSAGE, Duration.ZERO);
    source.delete(only().receipt());

    passTime(VISIBILITY.plus(MOMENT));

    assertThat(source.receive(10)).isEmpty();
  }

  @Test
  void aMessageThatIsNotDeletedComesBackAfterItsVisibilityTime() {
    queue.send(MESSAGE, Duration.ZERO);
    Received first = only();

    passTime(VISIBILITY.plus(MOMENT));

    Received second = only();
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.receiveCount()).isEqualTo(2);
  }

  @Test
  void noMoreMessagesAreReceivedThanAskedFor() {
    for (int i = 1; i <= 3; i++) {
      queue.send(new StepMessage(MESSAGE.taskId(), i, 0), Duration.ZERO);
    }

    assertThat(source.receive(1)).hasSize(1);
  }

  @Test
  void twoMessagesForTheSameIterationAreTwo() {
    queue.send(MESSAGE, Duration.ZERO);
    queue.send(MESSAGE, Duration.ZERO);

    List<Received> received = new ArrayList<>(source.receive(1));
    received.addAll(source.receive(1));

    assertThat(received).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void aDelayedMessageComesLaterAndNotBefore() {
    queue.send(MESSAGE, Duration.ofSeconds(2));
    assertThat(source.receive(10)).isEmpty();

    passTime(Duration.ofSeconds(3));

    assertThat(only().receiveCount()).isEqualTo(1);
  }

  @Test
  void aDelayBeyondTheQueuesMostIsCutAndNotRefused() {
    queue.send(MESSAGE, Duration.ofDays(3));

    assertThat(source.receive(10)).isEmpty();
  }

  @Test
  void aNegativeDelayIsNone() {
    queue.send(MESSAGE, Duration.ofSeconds(-5));

    only();
  }

  @Test
  void redeliveryDoesNotHandOutAnOldReceipt() {
    queue.send(MESSAGE, Duration.ZERO);
    Received first = only();
    passTime(VISIBILITY.plus(MOMENT));

    assertThat(only().receipt()).isNotEqualTo(first.receipt());
  }

  @Test
  void anOldReceiptDeletesNothing() {
    queue.send(MESSAGE, Duration.ZERO);
    Received first = only();
    passTime(VISIBILITY.plus(MOMENT));
    only();

    source.delete(first.receipt());

    passTime(VISIBILITY.plus(MOMENT));
    assertThat(only().receiveCount()).isEqualTo(3);
  }

  @Test
  void anOldReceiptHidesNothing() {
    queue.send(MESSAGE, Duration.ZERO);
    Received first = only();
    passTime(VISIBILITY.plus(MOMENT));
    only();

    source.hideFor(first.receipt(), Duration.ZERO);

    assertThat(source.receive(10)).isEmpty();
  }

  @Test
  void aReceiptWorksOnce() {
    queue.send(MESSAGE, Duration.ZERO);
    Received received = only();

    source.delete(received.receipt());
    source.delete(received.receipt());
    source.hideFor(received.receipt(), Duration.ZERO);

    assertThat(source.receive(10)).isEmpty();
  }

  @Test
  void aReceiptThatNeverWasDoesNothing() {
    queue.send(MESSAGE, Duration.ZERO);

    source.delete("no-such-receipt");
    source.hideFor("no-such-receipt", Duration.ofHours(1));

    only();
  }

  @Test
  void aMessageMayBeGivenBackAtOnce() {
    queue.send(MESSAGE, Duration.ZERO);

    source.hideFor(only().receipt(), Duration.ZERO);

    assertThat(only().receiveCount()).isEqualTo(2);
  }

  @Test
  void aMessageMayBeHiddenLongerThanItsVisibilityTime() {
    queue.send(MESSAGE, Duration.ZERO);
    source.hideFor(only().receipt(), VISIBILITY.plusSeconds(3));

    passTime(VISIBILITY.plus(MOMENT));
    assertThat(source.receive(10)).isEmpty();

    passTime(Duration.ofSeconds(3));
    only();
  }

  @Test
  void aHiddenMessageMayStillBeDeleted() {
    queue.send(MESSAGE, Duration.ZERO);
    Received received = only();
    source.hideFor(received.receipt(), Duration.ofSeconds(3));

    source.delete(received.receipt());

    passTime(Duration.ofSeconds(4));
    assertThat(source.receive(10)).isEmpty();
  }

  @Test
  void hidingBeyondTheQueuesMostIsCutAndNotRefused() {
    queue.send(MESSAGE, Duration.ZERO);

    source.hideFor(only().receipt(), Duration.ofDays(3));

    passTime(VISIBILITY.plus(MOMENT));
    assertThat(source.receive(10)).isEmpty();
  }

  @Test
  void aMessageThatIsNeverDeletedBecomesADeadLetter() {
    queue.send(MESSAGE, Duration.ZERO);
    for (int count = 1; count <= MAX_RECEIVE_COUNT; count++) {
      assertThat(only().receiveCount()).isEqualTo(count);
      assertThat(deadBodies()).isEmpty();
      passTime(VISIBILITY.plus(MOMENT));
    }

    assertThat(source.receive(10)).isEmpty();

    assertThat(deadBodies()).containsExactly(MESSAGE.body());
    passTime(VISIBILITY.plus(MOMENT));
    assertThat(source.receive(10)).isEmpty();
  }

  @Test
  void anyTextIsCarried() {
    List<String> bodies =
        List.of("not ours", "{\"task_id\": 7}\n", "\"Übermut\" 📦 \\u0041", "/:#");
    for (String body : bodies) {
      sendRaw(body);
      Received received = only();
      assertThat(received.body()).isEqualTo(body);
      source.delete(received.receipt());
    }
  }

  private Received only() {
    List<Received> received = source.receive(10);
    assertThat(received).hasSize(1);
    return received.getFirst();
  }
}
