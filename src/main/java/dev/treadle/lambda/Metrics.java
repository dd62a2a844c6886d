package dev.treadle.lambda;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Counts as lines of CloudWatch's embedded metric format, which become metrics of the stack when
 * they are logged.
 *
 * @param stack the only dimension, so that stacks of one account do not mix
 * @param lines takes one line at a time, from several threads
 */
public record Metrics(String stack, InstantSource clock, Consumer<String> lines) {
  private static final String NAMESPACE = "Treadle";

  /** Says nothing when there is nothing to count. */
  void say(Map<Metric, Long> counts) {
    if (counts.isEmpty()) return;
    ObjectNode line = Json.object();
    ObjectNode aws = line.putObject("_aws").put("Timestamp", clock.instant().toEpochMilli());
    ObjectNode directive = aws.putArray("CloudWatchMetrics").addObject();
    directive.put("Namespace", NAMESPACE);
    directive.putArray("Dimensions").addArray().add("Stack");
    ArrayNode metrics = directive.putArray("Metrics");
    line.put("Stack", stack);
    counts.forEach((metric, count) -> {
      metrics.addObject().put("Name", metric.wireName()).put("Unit", metric.unit());
      line.put(metric.wireName(), count);
    });
    lines.accept(Json.write(line));
  }
}
