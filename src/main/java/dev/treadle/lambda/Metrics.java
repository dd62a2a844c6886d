package dev.treadle.lambda;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Counts as lines of CloudWatch's embedded metric format, which become metrics of the stack when
 * they are logged.
 *
 * @param stack a dimension of all metrics, so that stacks of one account do not mix
 * @param lines takes one line at a time, from several threads
 */
public record Metrics(String stack, InstantSource clock, Consumer<String> lines) {
  private static final String NAMESPACE = "Treadle";

  /** Says nothing when there is nothing to count. */
  void say(Map<Metric, Long> counts) {
    if (counts.isEmpty()) return;
    lines.accept(Json.write(line(counts, List.of("Stack"))));
  }

  /**
   * Says a count of something named, as a metric of its own for each name.
   *
   * @param dimension what the name is of; it has few values, since CloudWatch bills each
   */
  void sayOf(String dimension, String name, Metric metric, long count) {
    lines.accept(
        Json.write(line(Map.of(metric, count), List.of("Stack", dimension)).put(dimension, name)));
  }

  /** Passes lines on as they are, and counts each. */
  Consumer<String> counting(Metric metric) {
    return line -> {
      lines.accept(line);
      say(Map.of(metric, 1L));
    };
  }

  private ObjectNode line(Map<Metric, Long> counts, List<String> dimensions) {
    ObjectNode line = Json.object();
    ObjectNode aws = line.putObject("_aws").put("Timestamp", clock.instant().toEpochMilli());
    ObjectNode directive = aws.putArray("CloudWatchMetrics").addObject();
    directive.put("Namespace", NAMESPACE);
    ArrayNode named = directive.putArray("Dimensions").addArray();
    dimensions.forEach(named::add);
    ArrayNode metrics = directive.putArray("Metrics");
    line.put("Stack", stack);
    counts.forEach((metric, count) -> {
      metrics.addObject().put("Name", metric.wireName()).put("Unit", metric.unit());
      line.put(metric.wireName(), count);
    });
    return line;
  }
}
