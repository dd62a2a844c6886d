package dev.treadle.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.engine.Stored;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** What a table and a step queue are like, for whoever checks a deployment. */
public final class StackFacts {
  private final DynamoDbClient tables;
  private final String table;
  private final SqsClient queues;
  private final String queueUrl;

  StackFacts(DynamoDbClient tables, String table, SqsClient queues, String queueUrl) {
    this.tables = tables;
    this.table = table;
    this.queues = queues;
    this.queueUrl = queueUrl;
  }

  /**
   * The table.
   *
   * @param indexes those that can be read
   * @param timeToLive the attribute after whose time items go away; absent when none is enabled
   * @param isRecoverable to any second of the last days; absent when that could not be asked
   * @param answeredAt by the clock of the service, if it told
   */
  public record OfTable(
      String name,
      Set<String> indexes,
      Optional<String> timeToLive,
      Optional<Boolean> isRecoverable,
      Optional<Instant> answeredAt) {}

  /**
   * The queue.
   *
   * @param maxReceiveCount after which a message is a dead letter; absent without a queue for those
   * @param deadLetters absent when they could not be counted
   */
  public record OfQueue(
      String url,
      int waiting,
      Duration visibility,
      OptionalInt maxReceiveCount,
      OptionalInt deadLetters) {}

  public OfTable table() {
    DescribeTableResponse answer =
        Tries.of(
            "table " + table, "describing it", () -> tables.describeTable(b -> b.tableName(table)));
    Set<String> indexes = new TreeSet<>();
    answer
        .table()
        .globalSecondaryIndexes()
        .forEach(index -> {
          if (index.indexStatus() == IndexStatus.ACTIVE) indexes.add(index.indexName());
        });
    return new OfTable(
        table,
        indexes,
        timeToLive(),
        isRecoverable(),
        answer.sdkHttpResponse().firstMatchingHeader("Date").flatMap(StackFacts::time));
  }

  private static Optional<Instant> time(String header) {
    try {
      return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header)));
    } catch (DateTimeParseException notTime) {
      return Optional.empty();
    }
  }

  private Optional<String> timeToLive() {
    TimeToLiveDescription described =
        Tries.of(
            "table " + table,
            "asking for its time to live",
            () -> tables.describeTimeToLive(b -> b.tableName(table)).timeToLiveDescription());
    return described.timeToLiveStatusAsString().equals("ENABLED")
        ? Optional.of(described.attributeName())
        : Optional.empty();
  }

  /** A permission of its own, which people who only look may lack. */
  private Optional<Boolean> isRecoverable() {
    try {
      return Optional.of(
          Tries.of(
              "table " + table,
              "asking for its backups",
              () ->
                  tables
                          .describeContinuousBackups(b -> b.tableName(table))
                          .continuousBackupsDescription()
                          .pointInTimeRecoveryDescription()
                          .pointInTimeRecoveryStatus()
                      == PointInTimeRecoveryStatus.ENABLED));
    } catch (InfrastructureFailure notAllowed) {
      return Optional.empty();
    }
  }

  public OfQueue queue() {
    Map<QueueAttributeName, String> attributes = attributes(queueUrl);
    Optional<RedrivePolicy> policy =
        Optional.ofNullable(attributes.get(QueueAttributeName.REDRIVE_POLICY))
            .map(RedrivePolicy::of);
    return new OfQueue(
        queueUrl,
        waiting(attributes),
        Duration.ofSeconds(Long.parseLong(attributes.get(QueueAttributeName.VISIBILITY_TIMEOUT))),
        policy.map(each -> OptionalInt.of(each.maxReceiveCount())).orElse(OptionalInt.empty()),
        policy.map(this::deadLetters).orElse(OptionalInt.empty()));
  }

  private OptionalInt deadLetters(RedrivePolicy policy) {
    try {
      String url =
          Tries.of(
              "queue " + policy.queue(),
              "looking for it",
              () -> queues.getQueueUrl(b -> b.queueName(policy.queue())).queueUrl());
      return OptionalInt.of(waiting(attributes(url)));
    } catch (InfrastructureFailure notAllowed) {
      return OptionalInt.empty();
    }
  }

  private static int waiting(Map<QueueAttributeName, String> attributes) {
    return Integer.parseInt(
        attributes.getOrDefault(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0"));
  }

  private Map<QueueAttributeName, String> attributes(String url) {
    return Tries.of(
        "queue " + url,
        "describing it",
        () ->
            queues
                .getQueueAttributes(b -> b.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                .attributes());
  }

  /** Where dead letters go, as the queue's attribute says it. */
  private record RedrivePolicy(String queue, int maxReceiveCount) {
    static RedrivePolicy of(String json) {
      JsonNode policy = Stored.tree(json);
      String arn = policy.path("deadLetterTargetArn").asText();
      return new RedrivePolicy(
          arn.substring(arn.lastIndexOf(':') + 1), policy.path("maxReceiveCount").asInt());
    }
  }
}
