package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.engine.Loop;
import jakarta.inject.Named;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the watchdog once and looks for missed fires; EventBridge calls it each minute, whatever the
 * event says.
 */
@Named("watchdog")
@Singleton
public class WatchdogHandler implements RequestHandler<JsonNode, JsonNode> {
  /** Beyond this the number says nothing more, and each costs a read. */
  private static final int WAITING_MAX = 500;

  private final Loop loop;
  private final Provider<FireWatch> fires;
  private final Metrics metrics;
  private final InstantSource clock;

  public WatchdogHandler(
      Loop loop, Provider<FireWatch> fires, Metrics metrics, InstantSource clock) {
    this.loop = loop;
    this.fires = fires;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public JsonNode handleRequest(JsonNode event, @Nullable Context context) {
    // One after the other: a schedule that cannot be read must not keep tasks from healing, nor a
    // task that cannot be healed a missed fire from being said.
    List<RuntimeException> failures = new ArrayList<>();
    for (Runnable look : List.<Runnable>of(this::heal, this::lookForMissedFires)) {
      try {
        look.run();
      } catch (RuntimeException failed) {
        failures.add(failed);
      }
    }
    if (failures.isEmpty()) return Json.object();
    RuntimeException first = failures.getFirst();
    failures.stream().skip(1).forEach(first::addSuppressed);
    throw first;
  }

  private void heal() {
    Duration overdue = loop.watchdog().tick();
    long waiting = loop.store().list(Status.WAITING_FOR_HUMAN, WAITING_MAX).size();
    metrics.say(Map.of(Metric.OVERDUE, overdue.toSeconds(), Metric.WAITING_TASKS, waiting));
  }

  private void lookForMissedFires() {
    fires.get().tick(clock.instant());
  }
}
