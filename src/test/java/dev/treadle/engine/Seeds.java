package dev.treadle.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/** Plays many worlds at once, each on its own, as many as there are processors. */
final class Seeds {
  private Seeds() {}

  /** Stops at the first world that fails, and throws what it threw. */
  static void inParallel(long from, long below, LongConsumer world) throws InterruptedException {
    AtomicLong next = new AtomicLong(from);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable player =
        () -> {
          try {
            for (long seed = next.getAndIncrement();
                seed < below && failure.get() == null;
                seed = next.getAndIncrement()) {
              world.accept(seed);
            }
          } catch (Throwable broken) { // Belongs to the thread that waits.
            failure.compareAndSet(null, broken);
          }
        };
    List<Thread> players = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      players.add(Thread.ofVirtual().start(player));
    }
    for (Thread each : players) each.join();
    switch (failure.get()) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      case Throwable other -> throw new AssertionError(other);
    }
  }
}
