package dev.treadle.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * One DynamoDB table: conditional writes whose refusal is an answer, and consistent reads.
 *
 * @param name of the table
 */
record Table(DynamoDbClient client, String name) {
  /** DynamoDB takes no more keys in one batch. */
  private static final int BATCH_MAX = 100;

  /** A batch that is answered in parts again and again is a throttled table. */
  private static final int BATCH_ROUNDS_MAX = 20;

  /** What became of a conditional write. */
  sealed interface Answer {
    /** The item as it is now; empty unless it was asked for. */
    record Written(Map<String, AttributeValue> item) implements Answer {}

    /**
     * A condition did not hold, and nothing was written.
     *
     * @param failed one for each action: what stood there when its condition failed, an empty item
     *     when nothing did, and nothing when it held
     */
    record Refused(List<Optional<Map<String, AttributeValue>>> failed) implements Answer {
      Optional<Map<String, AttributeValue>> first() {
        return failed.getFirst();
      }
    }
  }

  String place() {
    return "table " + name;
  }

  Answer update(
      String what, Map<String, AttributeValue> key, Expression update, Expression condition) {
    List<Expression> both = List.of(update, condition);
    UpdateItemRequest request =
        UpdateItemRequest.builder()
            .tableName(name)
            .key(key)
            .updateExpression(update.text())
            .conditionExpression(condition.text())
            .expressionAttributeNames(Expression.names(both))
            .expressionAttributeValues(Expression.joined(both))
            .returnValues(ReturnValue.ALL_NEW)
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
            .build();
    return answered(what, () -> client.updateItem(request).attributes());
  }

  Answer put(String what, Map<String, AttributeValue> item, Expression condition) {
    PutItemRequest.Builder put =
        PutItemRequest.builder()
            .tableName(name)
            .item(item)
            .conditionExpression(condition.text())
            .expressionAttributeNames(condition.names())
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    // An empty map of values is refused.
    if (!condition.values().isEmpty()) put.expressionAttributeValues(condition.values());
    PutItemRequest request = put.build();
    return answered(
        what,
        () -> {
          client.putItem(request);
          return item;
        });
  }

  private Answer answered(String what, Supplier<Map<String, AttributeValue>> call) {
    try {
      return new Answer.Written(Tries.of(place(), what, call));
    } catch (ConditionalCheckFailedException refused) {
      Map<String, AttributeValue> old = refused.hasItem() ? refused.item() : Map.of();
      return new Answer.Refused(List.of(Optional.of(old)));
    }
  }

  /**
   * Writes all or nothing. The token is fresh, and the same for each try: one that followed from
   * what is written would make DynamoDB answer "written" from memory for ten minutes, also when the
   * task has moved on; that is for the conditions to say.
   */
  Answer transact(TableTransaction transaction) {
    TransactWriteItemsRequest request = transaction.request(UUID.randomUUID().toString());
    try {
      Tries.of(place(), transaction.what(), () -> client.transactWriteItems(request));
      return new Answer.Written(Map.of());
    } catch (TransactionCanceledException refused) {
      return new Answer.Refused(refused.cancellationReasons().stream().map(Table::old).toList());
    }
  }

  private static Optional<Map<String, AttributeValue>> old(CancellationReason reason) {
    if (!"ConditionalCheckFailed".equals(reason.code())) return Optional.empty();
    return Optional.of(reason.hasItem() ? reason.item() : Map.of());
  }

  Optional<Map<String, AttributeValue>> get(String what, Map<String, AttributeValue> key) {
    GetItemRequest request =
        GetItemRequest.builder().tableName(name).key(key).consistentRead(true).build();
    var response = Tries.of(place(), what, () -> client.getItem(request));
    return response.hasItem() ? Optional.of(response.item()) : Optional.empty();
  }

  /** The items with these keys that exist, in no order. */
  List<Map<String, AttributeValue>> getAll(String what, List<Map<String, AttributeValue>> keys) {
    List<Map<String, AttributeValue>> found = new ArrayList<>();
    List<Map<String, AttributeValue>> rest = keys;
    for (int round = 0; !rest.isEmpty(); round++) {
      if (round == BATCH_ROUNDS_MAX + keys.size() / BATCH_MAX) {
        throw InfrastructureFailure.of(
            "%s: %s got answers in parts only; %d of %d items are missing"
                .formatted(place(), what, rest.size(), keys.size()));
      }
      int now = Math.min(BATCH_MAX, rest.size());
      BatchGetItemResponse response = batch(what, rest.subList(0, now));
      found.addAll(response.responses().getOrDefault(name, List.of()));
      List<Map<String, AttributeValue>> next = new ArrayList<>(rest.subList(now, rest.size()));
      KeysAndAttributes unread = response.unprocessedKeys().get(name);
      if (unread != null) next.addAll(unread.keys());
      rest = next;
    }
    return found;
  }

  private BatchGetItemResponse batch(String what, List<Map<String, AttributeValue>> keys) {
    KeysAndAttributes asked = KeysAndAttributes.builder().keys(keys).consistentRead(true).build();
    BatchGetItemRequest request =
        BatchGetItemRequest.builder().requestItems(Map.of(name, asked)).build();
    return Tries.of(place(), what, () -> client.batchGetItem(request));
  }

  /** The items of a partition between two sort keys, both included, in order. */
  List<Map<String, AttributeValue>> range(String what, String partition, String from, String upTo) {
    Expression between = between(partition, from, upTo);
    return query(what, between, builder -> builder.consistentRead(true), Integer.MAX_VALUE);
  }

  /** The last items of a partition between two sort keys, both included, the last one first. */
  List<Map<String, AttributeValue>> latest(
      String what, String partition, String from, String upTo, int most) {
    return query(
        what,
        between(partition, from, upTo),
        builder -> builder.consistentRead(true).scanIndexForward(false),
        most);
  }

  private static Expression between(String partition, String from, String upTo) {
    return new Expression(
        "#pk = :pk AND #sk BETWEEN :from AND :up_to",
        Map.of(
            ":pk", Attributes.text(partition),
            ":from", Attributes.text(from),
            ":up_to", Attributes.text(upTo)));
  }

  /** The first entries of an index; it may lag behind the items. */
  List<Map<String, AttributeValue>> index(
      String what, String index, Expression condition, boolean ascending, int most) {
    return query(
        what, condition, builder -> builder.indexName(index).scanIndexForward(ascending), most);
  }

  private List<Map<String, AttributeValue>> query(
      String what, Expression condition, UnaryOperator<QueryRequest.Builder> more, int most) {
    List<Map<String, AttributeValue>> found = new ArrayList<>();
    Map<String, AttributeValue> after = Map.of();
    do {
      QueryRequest.Builder builder =
          more.apply(
              QueryRequest.builder()
                  .tableName(name)
                  .keyConditionExpression(condition.text())
                  .expressionAttributeNames(condition.names())
                  .expressionAttributeValues(condition.values()));
      if (most < Integer.MAX_VALUE) builder.limit(most - found.size());
      if (!after.isEmpty()) builder.exclusiveStartKey(after);
      QueryRequest request = builder.build();
      QueryResponse response = Tries.of(place(), what, () -> client.query(request));
      found.addAll(response.items());
      after = response.hasLastEvaluatedKey() ? response.lastEvaluatedKey() : Map.of();
    } while (!after.isEmpty() && found.size() < most);
    return found;
  }
}
