package dev.treadle.drift;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.DeliveryCheck.Judged;
import dev.treadle.Finding;
import dev.treadle.Json;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.engine.Change;
import dev.treadle.engine.Commit;
import dev.treadle.engine.ForwardingTaskStore;
import dev.treadle.engine.TaskStore;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Says one line of JSON for each finding that was committed, in CloudWatch's embedded metric
 * format: the metric {@code DriftFindings} by {@code Series}, and {@code MissedFires}.
 *
 * <p>An alarm reads the sum of {@code DriftFindings} of a series over a day, and that of {@code
 * MissedFires}. A commit that is repeated after a lost reply may be said twice.
 */
public final class DriftEvents extends ForwardingTaskStore {
  private static final String NAMESPACE = "Treadle";
  private final Consumer<String> lines;

  /**
   * Watches a store.
   *
   * @param lines takes one line at a time, from several threads
   */
  public DriftEvents(TaskStore store, Consumer<String> lines) {
    super(store);
    this.lines = lines;
  }

  @Override
  public Commit commit(Change change) {
    Commit answer = super.commit(change);
    if (answer instanceof Commit.Written(var task)) {
      change.judged().ifPresent(judged -> say(task.id(), judged));
    }
    return answer;
  }

  private void say(TaskId task, Judged judged) {
    // What somebody expects is in the journal and on the page, and wakes nobody.
    if (judged.expected().isPresent()) return;
    for (Finding finding : judged.findings()) {
      lines.accept(
          Json.write(
              event(judged.series(), "DriftFindings", judged.at())
                  .put("TaskId", task.value())
                  .put("Kind", lower(finding.kind()))
                  .put("Field", finding.field())
                  .put("Ruling", lower(judged.ruling()))
                  .put("Words", finding.words())));
    }
  }

  /** A time of a schedule at which no task started. */
  public static String missed(SeriesKey series, Instant fire, Instant now) {
    return Json.write(event(series, "MissedFires", now).put("Fire", fire.toString()));
  }

  private static ObjectNode event(SeriesKey series, String metric, Instant at) {
    ObjectNode event = Json.object();
    ObjectNode aws = event.putObject("_aws").put("Timestamp", at.toEpochMilli());
    ObjectNode directive = aws.putArray("CloudWatchMetrics").addObject();
    directive.put("Namespace", NAMESPACE);
    ArrayNode dimensions = directive.putArray("Dimensions");
    dimensions.addArray().add("Series");
    directive.putArray("Metrics").addObject().put("Name", metric).put("Unit", "Count");
    return event.put("Series", series.value()).put(metric, 1);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
