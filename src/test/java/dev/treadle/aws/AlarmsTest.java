package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds the alarms on what AWS counts to what it counts: an alarm on anything else is silent. */
class AlarmsTest {
  /** The dimensions under which a metric exists, as the services' documentation has them. */
  private static final Map<String, String> COUNTED =
      Map.of(
          "AWS/Lambda Invocations", "FunctionName",
          "AWS/Lambda Errors", "FunctionName",
          "AWS/Lambda Throttles", "FunctionName",
          "AWS/SQS ApproximateNumberOfMessagesVisible", "QueueName",
          "AWS/DynamoDB ReadThrottleEvents", "TableName",
          "AWS/DynamoDB WriteThrottleEvents", "TableName",
          "AWS/ApiGateway 5xx", "ApiId");

  @Test
  void everyAlarmOnAMetricOfAwsNamesOneThatExists() {
    for (JsonNode alarm : Template.read().all("AWS::CloudWatch::Alarm")) {
      String namespace = alarm.path("Namespace").asText();
      if (namespace.equals("Treadle")) continue;
      String metric = namespace + " " + alarm.path("MetricName").asText();
      assertThat(COUNTED).containsKey(metric);
      assertThat(alarm.path("Dimensions").findValuesAsText("Name"))
          .as(metric)
          .containsExactly(COUNTED.get(metric));
    }
  }

  @Test
  void everyAlarmGoesToTheTopic() {
    assertThat(Template.read().all("AWS::CloudWatch::Alarm"))
        .isNotEmpty()
        .allMatch(alarm -> alarm.path("AlarmActions").toString().contains("AlarmTopic"));
  }
}
