package dev.treadle.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** What is written together or not at all. Each action's place is its number in the answer. */
final class TableTransaction {
  /** DynamoDB's own ceilings, checked before anything is sent so that the words are ours. */
  private static final int ACTIONS_MAX = 100;

  private static final int BYTES_MAX = 4 * 1024 * 1024;

  private static final Expression IS_NEW =
      Expression.of("attribute_not_exists(#" + TableKeys.PK + ")");

  private final String table;
  private final String what;
  private final List<TransactWriteItem> actions = new ArrayList<>();
  private int bytes;

  /**
   * An empty transaction.
   *
   * @param what it does to which task, for messages
   */
  TableTransaction(String table, String what) {
    this.table = table;
    this.what = what;
  }

  String what() {
    return what;
  }

  TableTransaction put(Map<String, AttributeValue> item) {
    return add(item, Put.builder().tableName(table).item(item).build());
  }

  TableTransaction put(Map<String, AttributeValue> item, Expression condition) {
    Put.Builder put =
        Put.builder()
            .tableName(table)
            .item(item)
            .conditionExpression(condition.text())
            .expressionAttributeNames(condition.names())
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    // An empty map of values is refused.
    if (!condition.values().isEmpty()) put.expressionAttributeValues(condition.values());
    return add(item, put.build());
  }

  TableTransaction putNew(List<Map<String, AttributeValue>> items) {
    items.forEach(item -> put(item, IS_NEW));
    return this;
  }

  TableTransaction check(Map<String, AttributeValue> key, Expression condition) {
    ConditionCheck check =
        ConditionCheck.builder()
            .tableName(table)
            .key(key)
            .conditionExpression(condition.text())
            .expressionAttributeNames(condition.names())
            .expressionAttributeValues(condition.values())
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
            .build();
    bytes += ItemSize.bytes(key);
    actions.add(TransactWriteItem.builder().conditionCheck(check).build());
    return this;
  }

  private TableTransaction add(Map<String, AttributeValue> item, Put put) {
    bytes += ItemSize.bytes(item);
    actions.add(TransactWriteItem.builder().put(put).build());
    return this;
  }

  /**
   * The request.
   *
   * @param token at most 36 characters; the same for each try of the same transaction
   * @throws IllegalStateException DynamoDB takes no transaction of this size
   */
  TransactWriteItemsRequest request(String token) {
    if (actions.size() > ACTIONS_MAX || bytes > BYTES_MAX) {
      throw new IllegalStateException(
          "%s needs %d items of %d bytes in one transaction, and DynamoDB takes %d of %d; nothing was written"
              .formatted(what, actions.size(), bytes, ACTIONS_MAX, BYTES_MAX));
    }
    return TransactWriteItemsRequest.builder()
        .transactItems(actions)
        .clientRequestToken(token)
        .build();
  }
}
