package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.engine.Watchdog;
import jakarta.inject.Named;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the watchdog once and looks for missed fires; EventBridge calls it each minute, whatever the
 * event says.
 */
@Named("watchdog")
@Singleton
public class WatchdogHandler implements RequestHandler<JsonNode, JsonNode> {
  private final Watchdog watchdog;
  private final Provider<FireWatch> fires;
  private final Metrics metrics;
  private final InstantSource clock;

  public WatchdogHandler(
      Watchdog watchdog, Provider<FireWatch> fires, Metrics metrics, InstantSource clock) {
    this.watchdog = watchdog;
    this.fires = fires;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public JsonNode handleRequest(JsonNode event, @Nullable Context context) {
    Duration overdue = watchdog.tick();
    metrics.say(Map.of(Metric.OVERDUE, overdue.toSeconds()));
    // Last, and read no sooner: a schedule that cannot be read must not keep tasks from healing.
    fires.get().tick(clock.instant());
    return Json.object();
  }
}
