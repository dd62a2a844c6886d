package dev.treadle.local;

import dev.treadle.Json;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.StepQueue;
import dev.treadle.engine.StepSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The queue on embedded records, both ends of it, with the manners of an SQS standard queue.
 *
 * <p>Safe for several threads.
 */
public final class EmbeddedQueue implements StepQueue, StepSource {
  private static final String MESSAGE = "QUEUE#MESSAGE/";
  private static final String VISIBLE = "QUEUE#VISIBLE/";
  private static final String DEAD = "QUEUE#DEAD/";
  private static final String END = "\uffff";

  private final Records records;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Terms terms;
  private volatile Runnable onWork = () -> {};

  /**
   * How a queue treats a message.
   *
   * @param visibility how long a received message is hidden
   * @param maxReceiveCount after so many receptions it becomes a dead letter
   */
  public record Terms(Duration visibility, int maxReceiveCount) {
    public static final Terms DEFAULT = new Terms(Defaults.VISIBILITY, 5);

    public Terms {
      if (!visibility.isPositive() || maxReceiveCount < 1) {
        throw new IllegalArgumentException(
            "a queue hides messages for a time and receives them at least once: %s, %d"
                .formatted(visibility, maxReceiveCount));
      }
    }
  }

  /** A message that was received too often. */
  public record DeadLetter(String id, String body, int receiveCount, Instant diedAt) {}

  private record Message(String id, String body, int receiveCount, Instant visibleAt) {
    String receipt() {
      return id + ":" + receiveCount;
    }

    Message at(Instant time) {
      return new Message(id, body, receiveCount, time);
    }

    Message receivedAt(Instant now, Duration visibility) {
      return new Message(id, body, receiveCount + 1, now.plus(visibility));
    }
  }

  public EmbeddedQueue(Records records, InstantSource clock, RandomGenerator random, Terms terms) {
    this.records = records;
    this.clock = clock;
    this.random = random;
    this.terms = terms;
  }

  /** Is run after each change that may make a message visible earlier; must be quick. */
  public void onWork(Runnable listener) {
    onWork = listener;
  }

  @Override
  public void send(StepMessage message, Duration delay) {
    sendRaw(message.body(), delay);
  }

  /** Sends any text, as anybody with access to the queue may. */
  public void sendRaw(String body, Duration delay) {
    Instant visibleAt = clock.instant().plus(within(delay, Defaults.QUEUE_DELAY_MAX));
    add(new Message(newId(), body, 0, visibleAt));
  }

  private void add(Message message) {
    records.transact(transaction -> {
      if (transaction.get(MESSAGE + message.id()).isPresent()) {
        throw new IllegalStateException(
            "message id " + message.id() + " is taken: the random generator repeats itself");
      }
      put(transaction, message);
      return true;
    });
    onWork.run();
  }

  @Override
  public List<Received> receive(int most) {
    Instant now = clock.instant();
    return records.transact(transaction -> {
      List<Message> visible =
          transaction
              .range(VISIBLE, VISIBLE + SortableTime.earliestFirst(now) + "/" + END, most)
              .stream()
              .map(row -> row.key().substring(row.key().lastIndexOf('/') + 1))
              .flatMap(id -> find(transaction, id).stream())
              .toList();
      List<Received> received = new ArrayList<>();
      for (Message message : visible) {
        if (message.receiveCount() >= terms.maxReceiveCount()) {
          bury(transaction, message, now);
        } else {
          received.add(hide(transaction, message, now));
        }
      }
      return received;
    });
  }

  private Received hide(Transaction transaction, Message message, Instant now) {
    Message hidden = message.receivedAt(now, terms.visibility());
    transaction.remove(visibleKey(message));
    put(transaction, hidden);
    return new Received(hidden.receipt(), hidden.body(), hidden.receiveCount());
  }

  private static void bury(Transaction transaction, Message message, Instant now) {
    remove(transaction, message);
    DeadLetter letter = new DeadLetter(message.id(), message.body(), message.receiveCount(), now);
    transaction.put(DEAD + message.id(), Json.write(letter));
  }

  @Override
  public void delete(String receipt) {
    records.transact(transaction -> {
      Optional<Message> mine = inHand(transaction, receipt);
      mine.ifPresent(message -> remove(transaction, message));
      return mine.isPresent();
    });
  }

  @Override
  public void hideFor(String receipt, Duration time) {
    Instant now = clock.instant();
    Instant visibleAt = now.plus(within(time, Defaults.HIDE_MAX));
    boolean isMine =
        records.transact(transaction -> {
          // A message that is visible again belongs to whoever receives it next.
          Optional<Message> mine =
              inHand(transaction, receipt).filter(message -> message.visibleAt().isAfter(now));
          mine.ifPresent(message -> {
            transaction.remove(visibleKey(message));
            put(transaction, message.at(visibleAt));
          });
          return mine.isPresent();
        });
    if (isMine) onWork.run();
  }

  /** Makes messages visible that a dead process had in hand; delayed ones keep their delay. */
  void revealReceived() {
    Instant now = clock.instant();
    records.transact(transaction -> {
      List<Message> inHand =
          transaction.range(MESSAGE, MESSAGE + END, Integer.MAX_VALUE).stream()
              .map(row -> Json.read(row.text(), Message.class))
              .filter(message -> message.receiveCount() > 0 && message.visibleAt().isAfter(now))
              .toList();
      for (Message message : inHand) {
        transaction.remove(visibleKey(message));
        put(transaction, message.at(now));
      }
      return true;
    });
  }

  /** When the next message can be received; empty when there is none. */
  public Optional<Instant> nextVisibleAt() {
    return records.transact(transaction ->
        transaction.range(VISIBLE, VISIBLE + END, 1).stream()
            .map(row -> row.key().substring(row.key().lastIndexOf('/') + 1))
            .flatMap(id -> find(transaction, id).stream())
            .map(Message::visibleAt)
            .findFirst());
  }

  /** Messages that were received too often, in no order. */
  public List<DeadLetter> deadLetters() {
    return records.transact(transaction ->
        transaction.range(DEAD, DEAD + END, Integer.MAX_VALUE).stream()
            .map(row -> Json.read(row.text(), DeadLetter.class))
            .toList());
  }

  /** Sends a dead letter again as a new message; false when it is not there. */
  public boolean redrive(String id) {
    Message again = new Message(newId(), "", 0, clock.instant());
    boolean isThere =
        records.transact(transaction -> {
          Optional<DeadLetter> letter =
              transaction.get(DEAD + id).map(text -> Json.read(text, DeadLetter.class));
          letter.ifPresent(dead -> {
            transaction.remove(DEAD + id);
            put(transaction, new Message(again.id(), dead.body(), 0, again.visibleAt()));
          });
          return letter.isPresent();
        });
    if (isThere) onWork.run();
    return isThere;
  }

  private String newId() {
    return "%016x".formatted(random.nextLong());
  }

  /** The message of a receipt, unless it is gone or was received again since. */
  private static Optional<Message> inHand(Transaction transaction, String receipt) {
    String id = receipt.substring(0, Math.max(0, receipt.indexOf(':')));
    return find(transaction, id).filter(message -> message.receipt().equals(receipt));
  }

  private static Optional<Message> find(Transaction transaction, String id) {
    return transaction.get(MESSAGE + id).map(text -> Json.read(text, Message.class));
  }

  private static void put(Transaction transaction, Message message) {
    transaction.put(MESSAGE + message.id(), Json.write(message));
    transaction.put(visibleKey(message), "");
  }

  private static void remove(Transaction transaction, Message message) {
    transaction.remove(visibleKey(message));
    transaction.remove(MESSAGE + message.id());
  }

  private static String visibleKey(Message message) {
    return VISIBLE + SortableTime.earliestFirst(message.visibleAt()) + "/" + message.id();
  }

  private static Duration within(Duration asked, Duration most) {
    if (asked.isNegative()) return Duration.ZERO;
    return asked.compareTo(most) > 0 ? most : asked;
  }
}
