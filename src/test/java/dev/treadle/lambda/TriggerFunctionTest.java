package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.aws.CloudResource;
import dev.treadle.engine.Loop;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The trigger function as EventBridge Scheduler and a caller invoke it. */
@QuarkusTest
@TestProfile(TriggerFunctionTest.Trigger.class)
@QuarkusTestResource(CloudResource.class)
class TriggerFunctionTest {
  /** Starts the application as the trigger function. */
  public static final class Trigger implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("quarkus.lambda.handler", "trigger");
    }
  }

  private static final String SCHEDULED =
      """
      {"schedule": "umbrella-daily", "scheduled_time": "2026-03-01T06:00:00Z",
       "task_type": "umbrella", "input_data": {"name": "Bergen"}}
      """;

  @Inject Loop loop;

  @Test
  void aScheduleThatFiresTwiceStartsOneTask() {
    EventServer.Reply first = EventServer.send(SCHEDULED);
    EventServer.Reply second = EventServer.send(SCHEDULED);

    assertThat(first.body().path("task_id").asText()).isEqualTo("umbrella-daily-20260301T060000");
    assertThat(first.body().path("answer").asText()).isEqualTo("started");
    assertThat(second.body().path("answer").asText()).isEqualTo("existing");
    assertThat(loop.store().find(new TaskId("umbrella-daily-20260301T060000")))
        .hasValueSatisfying(task -> {
          assertThat(task.status()).isEqualTo(Status.RUNNING);
          assertThat(task.origin().triggeredBy()).isEqualTo("schedule:umbrella-daily");
        });
  }

  @Test
  void aScheduleThatSkipsSaysWhichTaskIsInTheWay() {
    String first =
        SCHEDULED.replace("umbrella-daily", "skips").replace("}}", "}, \"overlap\": \"skip\"}");
    EventServer.send(first);

    EventServer.Reply second = EventServer.send(first.replace("03-01T06", "03-02T06"));

    assertThat(second.body().path("answer").asText()).as("%s", second.body()).isEqualTo("skipped");
    assertThat(second.body().path("because").asText()).contains("skips-20260301T060000");
  }

  @Test
  void aScheduleThatQueuesFailsSoThatItsEventIsSentAgain() {
    String first =
        SCHEDULED.replace("umbrella-daily", "queues").replace("}}", "}, \"overlap\": \"queue\"}");
    EventServer.send(first);

    assertThat(EventServer.send(first.replace("03-01T06", "03-02T06")).body().toString())
        .contains("not started yet: task queues-20260301T060000");
  }

  @Test
  void aFireInTheQueueThatHasToWaitStaysThereAndIsNoFailure() {
    String first =
        SCHEDULED.replace("umbrella-daily", "waits").replace("}}", "}, \"overlap\": \"queue\"}");
    ObjectNode event = (ObjectNode) EventServer.documented("sqs.json");
    ObjectNode message = (ObjectNode) event.at("/Records/0");

    message.put("body", first);
    assertThat(EventServer.send(event.toString()).body().toString())
        .isEqualTo("{\"batchItemFailures\":[]}");
    message.put("body", first.replace("03-01T06", "03-02T06"));
    assertThat(EventServer.send(event.toString()).body().at("/batchItemFailures/0"))
        .isEqualTo(Json.object().put("itemIdentifier", message.path("messageId").asText()));
    assertThat(loop.store().find(new TaskId("waits-20260301T060000"))).isPresent();
    assertThat(loop.store().find(new TaskId("waits-20260302T060000"))).isEmpty();
  }

  @Test
  void aDirectStartThatBreaksRulesIsRefusedWithEachFieldAndRule() {
    EventServer.Reply reply =
        EventServer.send("{\"task_id\":\"a b\",\"task_type\":\"nobody\",\"max_iterations\":-1}");

    assertThat(reply.body().toString())
        .contains("nothing was started")
        .contains("task_id must be " + TaskId.RULE)
        .contains("task_type must name an agent")
        .contains("input_data is missing")
        .contains("triggered_by is missing")
        .contains("max_iterations must be a whole number from 1 to 10000");
  }

  @Test
  void anEventThatIsNoObjectIsRefused() {
    assertThat(EventServer.send("[1,2]").body().toString()).contains("task_id is missing");
  }

  @Test
  void aScheduleWithoutATimeIsRefused() {
    assertThat(EventServer.send("{\"schedule\":\"daily\"}").body().toString())
        .contains("scheduled_time must be a time");
  }
}
