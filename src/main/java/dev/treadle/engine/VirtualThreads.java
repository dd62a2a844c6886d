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
    List<Future<T>> running = new ArrayList<>();
    for (Work<T> work : works) running.add(threads.submit(work.body()));
    List<Answer<T>> answers = new ArrayList<>();
    for (int i = 0; i < works.size(); i++) {
      answers.add(await(running.get(i), works.get(i).timeLimit()));
    }
    return answers;
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
