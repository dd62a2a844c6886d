package dev.treadle.aws;

import dev.treadle.bench.Rounds;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The floor on AWS: the calls of an iteration with items of the same size, and no engine. An update
 * of the head, a read of the journal, a transaction over head and entry, a message sent, received
 * and deleted.
 */
final class CallFloor {
  private static final String HEAD = "h".repeat(1_000);
  private static final String ENTRY = "e".repeat(3_500);
  private static final int ROUNDS = 2_000;

  private CallFloor() {}

  static Rounds of(Cloud cloud, int threads) throws InterruptedException {
    try (var tables = cloud.tables().dynamoDb();
        var queues = cloud.queues().sqs()) {
      Calls calls =
          new Calls(
              tables, Cloud.newTable(tables), queues, Cloud.newQueue(queues, Map.of(), 5).url());
      return Rounds.of(threads, ROUNDS, (thread, step) -> calls.iteration("floor-" + thread, step));
    }
  }

  private record Calls(DynamoDbClient tables, String table, SqsClient queues, String queue) {
    void iteration(String task, int step) {
      queues
          .receiveMessage(request -> request.queueUrl(queue).maxNumberOfMessages(1))
          .messages()
          .forEach(message ->
              queues.deleteMessage(
                  request -> request.queueUrl(queue).receiptHandle(message.receiptHandle())));
      tables.updateItem(request ->
          request
              .tableName(table)
              .key(key(task, "HEAD"))
              .updateExpression("SET floor_text = :text")
              .expressionAttributeValues(Map.of(":text", AttributeValue.fromS(HEAD + step))));
      tables.query(request ->
          request
              .tableName(table)
              .keyConditionExpression("pk = :pk AND begins_with(sk, :log)")
              .limit(10)
              .expressionAttributeValues(
                  Map.of(
                      ":pk",
                      AttributeValue.fromS("TASK#" + task),
                      ":log",
                      AttributeValue.fromS("LOG#"))));
      TransactWriteItem head =
          TransactWriteItem.builder()
              .update(update ->
                  update
                      .tableName(table)
                      .key(key(task, "HEAD"))
                      .updateExpression("SET floor_text = :text")
                      .expressionAttributeValues(Map.of(":text", AttributeValue.fromS(HEAD))))
              .build();
      TransactWriteItem log =
          TransactWriteItem.builder()
              .put(put -> put.tableName(table).item(entry(task, step)))
              .build();
      tables.transactWriteItems(request -> request.transactItems(head, log));
      queues.sendMessage(request -> request.queueUrl(queue).messageBody(task + step));
    }

    private static Map<String, AttributeValue> key(String task, String sort) {
      return Map.of(
          TableKeys.PK, AttributeValue.fromS("TASK#" + task),
          TableKeys.SK, AttributeValue.fromS(sort));
    }

    private static Map<String, AttributeValue> entry(String task, int step) {
      return Map.of(
          TableKeys.PK,
          AttributeValue.fromS("TASK#" + task),
          TableKeys.SK,
          AttributeValue.fromS("LOG#" + step),
          "floor_text",
          AttributeValue.fromS(ENTRY));
    }
  }
}
