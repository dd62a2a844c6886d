package dev.treadle.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What rounds of the same work took, side by side on threads, once they were warm. */
public record Rounds(double perSecond, double p50Millis, double p99Millis) {
  /** One round of one of the threads. */
  @FunctionalInterface
  public interface Round {
    void play(int thread, int step);
  }

  /** Plays half as many before anything is measured. */
  public static Rounds of(int threads, int rounds, Round round) throws InterruptedException {
    var _ = nanos(threads, rounds / 2, round);
    long begin = System.nanoTime();
    long[] sorted = nanos(threads, rounds, round);
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new Rounds(
        sorted.length / seconds,
        sorted[sorted.length / 2] / 1e6,
        sorted[(int) (sorted.length * 0.99)] / 1e6);
  }

  private static long[] nanos(int threads, int rounds, Round round) throws InterruptedException {
    List<Long> nanos = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      int thread = i;
      Thread.ofVirtual()
          .start(() -> {
            for (int step = 0; step < rounds / threads; step++) {
              long begin = System.nanoTime();
              round.play(thread, step);
              nanos.add(System.nanoTime() - begin);
            }
            done.countDown();
          });
    }
    done.await();
    return nanos.stream().mapToLong(Long::longValue).sorted().toArray();
  }
}
