package dev.treadle.tool;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How long a request may take.
 *
 * @param connect until the connection stands
 * @param total from the call to the last byte, look-up and redirects included, however slowly they
 *     drip
 */
record TimeLimits(Duration connect, Duration total) {
  static final TimeLimits USUAL = new TimeLimits(Duration.ofSeconds(3), Duration.ofSeconds(15));

  /** What a work returned; empty when it took too long. */
  <T> Optional<T> within(Callable<T> work) throws InterruptedException {
    FutureTask<T> running = new FutureTask<>(work);
    Thread.ofVirtual().name("request").start(running);
    try {
      return Optional.of(running.get(total.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException late) {
      return Optional.empty();
    } catch (ExecutionException broken) {
      throw new IllegalStateException("a request broke down", broken.getCause());
    } finally {
      // An interrupted virtual thread's socket is closed, whatever it waits for.
      running.cancel(true);
    }
  }

  String totalSeconds() {
    return seconds(total);
  }

  String connectSeconds() {
    return seconds(connect);
  }

  private static String seconds(Duration limit) {
    return limit.toMillis() / 1_000.0 + " s";
  }
}
