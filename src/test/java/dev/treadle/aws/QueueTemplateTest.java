package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.engine.Defaults;
import dev.treadle.local.EmbeddedQueue;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

class QueueTemplateTest {
  /** SQS keeps messages so long unless a queue says otherwise. */
  private static final Duration RETENTION_USUAL = Duration.ofDays(4);

  private final Template template = Template.read();

  /**
   * A dead letter keeps the time at which its message was sent, so its days are counted already.
   */
  @Test
  void deadLettersAreKeptLongerThanMessages() {
    assertThat(retention("StepDeadLetters")).isGreaterThan(retention("StepQueue"));
  }

  @Test
  void theEmbeddedQueueTreatsMessagesAsTheTemplateSays() {
    assertThat(EmbeddedQueue.Terms.DEFAULT.maxReceiveCount())
        .isEqualTo(template.maxReceiveCount("StepQueue"));
    assertThat(template.queue("StepQueue").get(QueueAttributeName.VISIBILITY_TIMEOUT))
        .isEqualTo(String.valueOf(Defaults.VISIBILITY.toSeconds()));
  }

  /**
   * A worker that is late is dead before its lease ends, and its message is not seen by another one
   * before: the client's limit, the function, the lease, the queue.
   */
  @Test
  void theLadderOfTimesHolds() {
    JsonNode step = template.properties("StepFunction");
    Duration function = Duration.ofSeconds(step.path("Timeout").asInt());

    assertThat(function).isEqualTo(Defaults.FUNCTION_TIMEOUT);
    assertThat(Defaults.COMMIT_MARGIN).isLessThan(function);
    assertThat(Defaults.LEASE).isGreaterThan(function.plus(Defaults.COMMIT_MARGIN));
    assertThat(Defaults.VISIBILITY).isGreaterThanOrEqualTo(function.multipliedBy(6));
    assertThat(Defaults.VISIBILITY).isGreaterThan(Defaults.LEASE);
    JsonNode mapping = step.at("/Events/Due/Properties");
    assertThat(mapping.path("BatchSize").asInt()).isEqualTo(1);
    assertThat(mapping.path("FunctionResponseTypes").toString())
        .contains("ReportBatchItemFailures");
    assertThat(step.path("RecursiveLoop").asText()).isEqualTo("Allow");
  }

  private Duration retention(String queue) {
    Map<QueueAttributeName, String> attributes = template.queue(queue);
    String seconds = attributes.get(QueueAttributeName.MESSAGE_RETENTION_PERIOD);
    return seconds == null ? RETENTION_USUAL : Duration.ofSeconds(Long.parseLong(seconds));
  }
}
