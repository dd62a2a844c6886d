package dev.treadle.local;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes the poller when somebody sends, and when the next hidden message becomes visible. */
final class WorkSignal implements Poller.Waiting {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(1);
  private final EmbeddedQueue queue;
  private final InstantSource clock;
  private final Semaphore sent = new Semaphore(0);

  WorkSignal(EmbeddedQueue queue, InstantSource clock) {
    this.queue = queue;
    this.clock = clock;
    queue.onWork(sent::release);
  }

  @Override
  public void awaitWork() throws InterruptedException {
    Optional<Instant> next = queue.nextVisibleAt();
    Duration pause =
        next.map(visibleAt -> Duration.between(clock.instant(), visibleAt))
            .filter(until -> until.compareTo(PAUSE_MAX) < 0)
            .orElse(PAUSE_MAX);
    if (pause.isPositive() && sent.tryAcquire(pause.toMillis() + 1, TimeUnit.MILLISECONDS)) {
      sent.drainPermits();
    }
  }
}
