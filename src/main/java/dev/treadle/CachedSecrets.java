package dev.treadle;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Secrets that are read again after five minutes at the latest, so that a changed one is in use
 * soon, and its store is not asked for each request.
 */
public final class CachedSecrets implements Secrets {
  static final Duration KEPT = Duration.ofMinutes(5);

  private final Secrets source;
  private final InstantSource clock;
  private final Map<String, Kept> kept = new ConcurrentHashMap<>();

  private record Kept(String secret, Instant until) {
    /** Never shows the secret. */
    @Override
    public String toString() {
      return "Kept[until=" + until + "]";
    }
  }

  public CachedSecrets(Secrets source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  @Override
  public String read(String reference) {
    Instant now = clock.instant();
    Kept known = kept.get(reference);
    if (known != null && now.isBefore(known.until())) return known.secret();
    // Not under a lock: two threads may both ask, and neither waits for a slow store twice.
    String secret = source.read(reference);
    kept.put(reference, new Kept(secret, now.plus(KEPT)));
    return secret;
  }
}
