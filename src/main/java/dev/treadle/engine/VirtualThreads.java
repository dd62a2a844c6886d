package dev.treadle.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs tools on virtual threads and interrupts those that pass their limit. */
public final class VirtualThreads implements ToolRunner, AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @Override
  public <T> List<Answer<T>> run(List<Work<T>> works) {
    // Somebody waits for each, so that every limit counts from now and not one after the other.
    List<Future<Answer<T>>> awaited = new ArrayList<>();
    for (Work<T> work : works) {
      Future<T> running = threads.submit(work.body());
      awaited.add(threads.submit(() -> await(running, work.timeLimit())));
    }
    List<Answer<T>> answers = new ArrayList<>();
    for (Future<Answer<T>> each : awaited) answers.add(answer(each));
    return answers;
  }

  private static <T> Answer<T> answer(Future<Answer<T>> awaited) {
    try {
      return awaited.get();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("waiting for a tool failed", impossible);
    } catch (InterruptedException shutdown) {
      awaited.cancel(true);
      Thread.currentThread().interrupt();
      return new Silent<>("the worker was interrupted");
    }
  }

  private static <T> Answer<T> await(Future<T> future, Duration limit) {
    try {
      return new Said<>(future.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException thrown) {
      Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
      return new Silent<>(cause.getClass().getSimpleName() + ": " + cause.getMessage());
    } catch (TimeoutException late) {
      future.cancel(true);
      return new Silent<>("no answer within " + limit.toMillis() + " ms");
    } catch (InterruptedException shutdown) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      return new Silent<>("the worker was interrupted");
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
