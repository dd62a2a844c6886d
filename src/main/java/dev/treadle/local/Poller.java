package dev.treadle.local;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.treadle.engine.StepSource;
import dev.treadle.lambda.StepHandler;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Plays Lambda's event-source mapping: receives messages, hands each to the handler as an SQS event
 * of one, and deletes those that the handler does not report back.
 */
final class Poller implements AutoCloseable {
  private final StepSource source;
  private final StepHandler handler;
  private final Waiting waiting;
  private final Semaphore free;
  private final int workers;
  private final Thread dispatcher;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean closed;

  /** Waits until a message may be visible, or somebody sent one; at most a second. */
  @FunctionalInterface
  interface Waiting {
    void awaitWork() throws InterruptedException;
  }

  Poller(
      StepSource source,
      StepHandler handler,
      Waiting waiting,
      int workers,
      Consumer<Throwable> onDeath) {
    this.source = source;
    this.handler = handler;
    this.waiting = waiting;
    this.workers = workers;
    this.free = new Semaphore(workers);
    this.dispatcher =
        Thread.ofPlatform().daemon().name("treadle-poller").unstarted(() -> guard(onDeath));
  }

  void start() {
    dispatcher.start();
  }

  private void guard(Consumer<Throwable> onDeath) {
    try {
      while (!closed) dispatch();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error death) {
      if (!closed) onDeath.accept(death);
    }
  }

  private void dispatch() throws InterruptedException {
    free.acquire();
    free.release();
    List<StepSource.Received> received = source.receive(Math.min(10, free.availablePermits()));
    if (received.isEmpty()) {
      waiting.awaitWork();
      return;
    }
    for (StepSource.Received message : received) {
      free.acquire();
      threads.execute(() -> {
        try {
          handle(message);
        } finally {
          free.release();
        }
      });
    }
  }

  private void handle(StepSource.Received received) {
    SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
    message.setMessageId(received.receipt());
    message.setReceiptHandle(received.receipt());
    message.setBody(received.body());
    SQSEvent event = new SQSEvent();
    event.setRecords(List.of(message));
    SQSBatchResponse response = handler.handleRequest(event, null);
    if (response.getBatchItemFailures().isEmpty()) source.delete(received.receipt());
  }

  @Override
  public void close() {
    closed = true;
    dispatcher.interrupt();
    // Steps in flight end by themselves: the table knows how far they got.
    free.acquireUninterruptibly(workers);
    threads.close();
  }
}
