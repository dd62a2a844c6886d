package dev.treadle.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.treadle.ShortText;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What all workers know together about one dependency that may fail: a model's endpoint, the host
 * behind a tool.
 *
 * <pre>
 * closed ─{@value #FAILURES_MAX} failures in a minute─▶ open ─probe due─▶ half-open: one probe is out
 *    ▲                                  ▲                     │    │
 *    │                                  └────it failed────────┘    │
 *    └──────────────────────────it succeeded────────────────────────┘
 * </pre>
 *
 * Pure; {@link Breakers} writes it by compare-and-set on the version.
 *
 * @param failures in the present window, while closed
 * @param windowFrom when the first of them was
 * @param probeAt when somebody may try; absent while closed
 * @param probeUntil until when the one who tries may take; absent while nobody does
 * @param trips how often in a row it opened
 * @param why the last failure's words
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Breaker(
    int schema,
    String dependency,
    long version,
    int failures,
    Instant windowFrom,
    @Nullable Instant probeAt,
    @Nullable Instant probeUntil,
    int trips,
    String why) {
  static final int SCHEMA = 1;

  /** Fewer may be one task's bad luck; each of these costs its task one attempt. */
  static final int FAILURES_MAX = 5;

  static final Duration WINDOW = Duration.ofMinutes(1);

  /** The first pause; it doubles with each probe that fails. */
  static final Duration PAUSE_MIN = Duration.ofSeconds(30);

  static final Duration PAUSE_MAX = Duration.ofMinutes(5);

  /** As long as a lease: a prober that died holds the others no longer. */
  static final Duration PROBE_MAX = Defaults.LEASE;

  private static final int WHY_BYTES_MAX = 200;

  static Breaker closed(String dependency, Instant now) {
    return new Breaker(SCHEMA, dependency, 0, 0, now, null, null, 0, "");
  }

  public boolean isOpen() {
    return probeAt != null;
  }

  /** When somebody may try next; now, while it is closed. */
  Instant probeDue(Instant now) {
    if (probeAt == null) return now;
    return probeUntil != null && probeUntil.isAfter(now) ? probeUntil : probeAt;
  }

  boolean mayProbe(Instant now) {
    return isOpen() && !probeDue(now).isAfter(now);
  }

  Breaker probing(Instant now) {
    if (!mayProbe(now)) throw new IllegalStateException("no probe of " + this + " is due");
    return new Breaker(
        schema,
        dependency,
        version + 1,
        failures,
        windowFrom,
        probeAt,
        now.plus(PROBE_MAX),
        trips,
        why);
  }

  /** One more failure of a call that nobody had to ask for. */
  Breaker failed(String said, Instant now) {
    if (isOpen()) return this; // The call began before it opened.
    boolean fresh = failures == 0 || now.isAfter(windowFrom.plus(WINDOW));
    int counted = fresh ? 1 : failures + 1;
    Instant from = fresh ? now : windowFrom;
    return counted < FAILURES_MAX
        ? new Breaker(schema, dependency, version + 1, counted, from, null, null, 0, said(said))
        : opened(1, said, now);
  }

  Breaker probeFailed(String said, Instant now) {
    return opened(trips + 1, said, now);
  }

  Breaker probeSucceeded(Instant now) {
    return new Breaker(schema, dependency, version + 1, 0, now, null, null, 0, "");
  }

  private Breaker opened(int times, String said, Instant now) {
    long pause =
        Math.min(
            PAUSE_MAX.toMillis(), PAUSE_MIN.toMillis() << Math.min(20, Math.max(0, times - 1)));
    return new Breaker(
        schema,
        dependency,
        version + 1,
        0,
        windowFrom,
        now.plusMillis(pause),
        null,
        times,
        said(said));
  }

  private static String said(String words) {
    return ShortText.of(words, WHY_BYTES_MAX);
  }
}
