package dev.treadle.lambda;

import dev.treadle.engine.Breaker;
import dev.treadle.engine.BreakerTable;
import dev.treadle.engine.Halts;
import java.util.Map;
import java.util.Optional;

/** Counts each time that a breaker opens, or stays open after a probe, and says which closed. */
public record MeasuredBreakers(BreakerTable table, Metrics metrics) implements BreakerTable {
  @Override
  public Optional<Breaker> find(String dependency) {
    return table.find(dependency);
  }

  @Override
  public boolean replace(Breaker next) {
    boolean written = table.replace(next);
    // While somebody probes, nothing has opened.
    if (written && next.isOpen() && next.probeUntil() == null) {
      metrics.say(Map.of(Metric.BREAKERS_OPENED, 1L));
      metrics.sayOf("Dependency", next.dependency(), Metric.BREAKER_OPEN, 1);
    }
    // A closed one without failures is what a probe leaves that succeeded.
    if (written && !next.isOpen() && next.failures() == 0) {
      metrics.sayOf("Dependency", next.dependency(), Metric.BREAKER_OPEN, 0);
    }
    return written;
  }

  @Override
  public Halts halts() {
    return table.halts();
  }

  @Override
  public boolean replace(Halts next) {
    return table.replace(next);
  }
}
