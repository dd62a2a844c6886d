package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.aws.AwsPlaces;
import dev.treadle.aws.CloudResource;
import dev.treadle.aws.SqsStepQueue;
import dev.treadle.drift.FireMark;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.StepSource;
import dev.treadle.engine.Task;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The watchdog function as EventBridge calls it each minute. */
@QuarkusTest
@TestProfile(WatchdogFunctionTest.Dog.class)
@QuarkusTestResource(CloudResource.class)
class WatchdogFunctionTest {
  /** Starts the application as the watchdog function. */
  public static final class Dog implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "quarkus.lambda.handler",
          "watchdog",
          "treadle.schedules",
          """
          [{"schedule": "each-minute", "expression": "cron(* * * * ? *)",
            "task_type": "umbrella", "input_data": {"name": "Bergen"}}]
          """);
    }
  }

  @Inject Loop loop;
  @Inject SqsStepQueue queue;
  @Inject AwsPlaces places;

  @Test
  void theFiresOfTheDeployedSchedulesAreLookedAt() {
    SeriesKey series = new SeriesKey("each-minute");
    Instant longAgo = Instant.parse("2026-03-01T06:00:00Z");
    Optional<FireMark> known = places.series().fireMark(series);
    FireMark before = FireMark.first(series, longAgo);
    assertThat(places.series().move(known, before)).isTrue();

    assertThat(EventServer.send("{\"source\":\"aws.scheduler\"}").status()).isEqualTo(200);

    assertThat(places.series().fireMark(series))
        .hasValueSatisfying(mark -> assertThat(mark.upTo()).isAfter(before.upTo()));
  }

  @Test
  void aTaskWhoseMessageWasLostIsSentAgain() throws Exception {
    TaskId id = new TaskId("lost-message");
    ObjectNode request =
        Json.object()
            .put("task_id", id.value())
            .put("task_type", "umbrella")
            .put("triggered_by", "person:test");
    request.set("input_data", Json.parse("{\"name\":\"Bergen\"}"));
    assertThat(loop.starter().start(request)).isInstanceOf(StartAnswer.Started.class);
    for (StepSource.Received lost : queue.receive(10)) queue.delete(lost.receipt());
    // An hour ago, so that the watchdog finds it due whatever the minute is.
    Task task = loop.store().find(id).orElseThrow();
    Instant longAgo = task.since().minus(Duration.ofHours(1));
    assertThat(loop.store().resent(task, longAgo, longAgo)).isTrue();

    assertThat(EventServer.send("{\"source\":\"aws.scheduler\"}").status()).isEqualTo(200);

    List<StepSource.Received> sent = queue.receive(10);
    assertThat(sent)
        .extracting(StepSource.Received::body)
        .containsExactly(new StepMessage(id, 1, 0).body());
  }
}
