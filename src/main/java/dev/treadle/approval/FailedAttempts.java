package dev.treadle.approval;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts attempts with bad links by where they come from, so that guessing is slow. Good links are
 * never held up by it. Each process counts for itself, and forgets the oldest beyond a bound.
 */
final class FailedAttempts {
  private static final int FREE = 20;
  private static final Duration WINDOW = Duration.ofMinutes(5);
  private static final int SOURCES_MAX = 10_000;

  private record Count(Instant since, int failures) {}

  private final Map<String, Count> bySource =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
          return size() > SOURCES_MAX;
        }
      };

  /** Counts one more; says how long to wait when they are too many. */
  synchronized Optional<Duration> add(String source, Instant now) {
    Count before = bySource.get(source);
    Count count =
        before == null || !now.isBefore(before.since().plus(WINDOW))
            ? new Count(now, 1)
            : new Count(before.since(), before.failures() + 1);
    bySource.put(source, count);
    return count.failures() <= FREE
        ? Optional.empty()
        : Optional.of(Duration.between(now, count.since().plus(WINDOW)));
  }
}
