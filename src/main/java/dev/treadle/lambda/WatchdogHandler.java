package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.engine.Watchdog;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Runs the watchdog once; EventBridge calls it each minute, whatever the event says. */
@Named("watchdog")
@Singleton
public class WatchdogHandler implements RequestHandler<JsonNode, JsonNode> {
  private final Watchdog watchdog;

  public WatchdogHandler(Watchdog watchdog) {
    this.watchdog = watchdog;
  }

  @Override
  public JsonNode handleRequest(JsonNode event, @Nullable Context context) {
    watchdog.tick();
    return Json.object();
  }
}
