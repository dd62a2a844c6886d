package dev.treadle.engine;

import static dev.treadle.engine.StoreSamples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.DeliveryCheck.Judged;
import dev.treadle.DeliveryCheck.Ruling;
import dev.treadle.Finding;
import dev.treadle.Fingerprint;
import dev.treadle.Json;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.drift.DriftEvents;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The lines that CloudWatch makes metrics of; an alarm names what is named here. */
class DriftEventsTest {
  private static final SeriesKey MORNING = new SeriesKey("morning");
  private static final Finding EMPTIED =
      new Finding(Finding.Kind.EMPTIED_FIELD, "offers[].price", "offers[].price is empty");
  private static final Finding SAME =
      new Finding(Finding.Kind.SAME_OUTPUT, "", "the result says the same");
  private final List<String> lines = new ArrayList<>();
  private final TaskStore store =
      new DriftEvents(new EmbeddedTaskStore(new MapRecords()), lines::add);

  private static Judged judged(Optional<String> expected, Finding... findings) {
    return new Judged(
        MORNING,
        NOW,
        new Fingerprint("d", "0", 10, 1, List.of(), List.of()),
        Optional.of(1.0),
        List.of(findings),
        Ruling.WARN,
        expected,
        List.of());
  }

  private Change ending(Judged judged) {
    TaskId id = new TaskId("t-1");
    store.begin(StoreSamples.newTask(id));
    Task task = store.find(id).orElseThrow();
    Task ended = task.ended(new Outcome(Reason.TASK_COMPLETE, "done"), "h", NOW);
    return Change.of(task, ended).with(Optional.of(judged));
  }

  @Test
  void eachFindingThatWasCommittedIsOneCountOfItsSeries() throws Exception {
    store.commit(ending(judged(Optional.empty(), EMPTIED, SAME)));

    assertThat(lines).hasSize(2).allSatisfy(line -> assertThat(line).doesNotContain("\n"));
    JsonNode event = Json.parse(lines.getFirst());
    demandMetric(event, "DriftFindings");
    assertThat(event.path("TaskId").asText()).isEqualTo("t-1");
    assertThat(event.path("Kind").asText()).isEqualTo("emptied_field");
    assertThat(event.path("Field").asText()).isEqualTo("offers[].price");
    assertThat(event.path("Ruling").asText()).isEqualTo("warn");
    assertThat(event.path("Words").asText()).isEqualTo("offers[].price is empty");
    assertThat(Json.parse(lines.getLast()).path("Kind").asText()).isEqualTo("same_output");
  }

  @Test
  void aMissedFireIsOneCountOfItsSeries() throws Exception {
    JsonNode event = Json.parse(DriftEvents.missed(MORNING, NOW.minusSeconds(300), NOW));

    demandMetric(event, "MissedFires");
    assertThat(event.path("Fire").asText()).isEqualTo(NOW.minusSeconds(300).toString());
  }

  /** As the embedded metric format wants it: a directive, and its members at the top level. */
  private static void demandMetric(JsonNode event, String metric) throws Exception {
    JsonNode aws = event.path("_aws");
    assertThat(aws.path("Timestamp").asLong()).isEqualTo(NOW.toEpochMilli());
    assertThat(aws.path("CloudWatchMetrics"))
        .isEqualTo(
            Json.parse(
                """
                [{"Namespace": "Treadle", "Dimensions": [["Series"]],
                  "Metrics": [{"Name": "%s", "Unit": "Count"}]}]
                """
                    .formatted(metric)));
    assertThat(event.path("Series").asText()).isEqualTo("morning");
    assertThat(event.path(metric).isIntegralNumber()).isTrue();
    assertThat(event.path(metric).asInt()).isEqualTo(1);
  }

  @Test
  void whatSomebodyExpectsWakesNobody() {
    store.commit(ending(judged(Optional.of("expected until then by ann: closed"), SAME)));

    assertThat(lines).isEmpty();
  }

  @Test
  void aCommitThatLostSaysNothing() {
    Change late = ending(judged(Optional.empty(), SAME));
    Task task = late.from();
    store.commit(Change.of(task, task.ended(new Outcome(Reason.CANCELLED, "sooner"), "h", NOW)));

    assertThat(store.commit(late)).isInstanceOf(Commit.Lost.class);
    assertThat(lines).isEmpty();
  }
}
