package dev.treadle.aws;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/** Notes what each call of an SDK needs of a role. A call that it does not know fails. */
final class CallRecorder implements ExecutionInterceptor {
  private static final Pattern PARTITION = Pattern.compile("#pk = (:\\w+)");
  private final Map<String, String> queues;
  private final Set<Need> needs = new TreeSet<>();

  /**
   * One permission.
   *
   * @param action as IAM writes it
   * @param resource as template.yaml names it
   * @param keys the partitions, such as {@code TASK#*}; empty where there are none
   */
  record Need(String action, String resource, String keys) implements Comparable<Need> {
    @Override
    public int compareTo(Need other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return action + " " + resource + (keys.isEmpty() ? "" : " " + keys);
    }
  }

  /**
   * A recorder.
   *
   * @param queues names of template.yaml by addresses
   */
  CallRecorder(Map<String, String> queues) {
    this.queues = queues;
  }

  synchronized Set<Need> needs() {
    return new TreeSet<>(needs);
  }

  @Override
  public synchronized void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    note(context.request());
  }

  private void note(SdkRequest request) {
    switch (request) {
      case GetItemRequest get -> table("GetItem", get.key());
      case PutItemRequest put -> table("PutItem", put.item());
      case UpdateItemRequest update -> table("UpdateItem", update.key());
      case BatchGetItemRequest batch ->
          batch
              .requestItems()
              .values()
              .forEach(each -> each.keys().forEach(key -> table("BatchGetItem", key)));
      case TransactWriteItemsRequest all -> all.transactItems().forEach(this::note);
      case QueryRequest query -> note(query);
      case SendMessageRequest send -> queue("SendMessage", send.queueUrl());
      case ChangeMessageVisibilityRequest hide -> queue("ChangeMessageVisibility", hide.queueUrl());
      default -> throw new AssertionError("no role allows " + request);
    }
  }

  private void note(TransactWriteItem item) {
    if (item.put() != null) table("PutItem", item.put().item());
    if (item.update() != null) table("UpdateItem", item.update().key());
    if (item.delete() != null) table("DeleteItem", item.delete().key());
    if (item.conditionCheck() != null) {
      table("ConditionCheckItem", item.conditionCheck().key());
    }
  }

  private void note(QueryRequest query) {
    if (query.indexName() != null) {
      needs.add(new Need("dynamodb:Query", "TaskTable.Arn/index/" + query.indexName(), ""));
      return;
    }
    Matcher partition = PARTITION.matcher(query.keyConditionExpression());
    if (!partition.find()) throw new AssertionError("no partition in " + query);
    table("Query", Map.of(TableKeys.PK, query.expressionAttributeValues().get(partition.group(1))));
  }

  private void table(String action, Map<String, AttributeValue> key) {
    String partition = key.get(TableKeys.PK).s();
    String keys = partition.substring(0, partition.indexOf('#') + 1) + "*";
    needs.add(new Need("dynamodb:" + action, "TaskTable.Arn", keys));
  }

  private void queue(String action, String url) {
    needs.add(new Need("sqs:" + action, queues.get(url) + ".Arn", ""));
  }
}
