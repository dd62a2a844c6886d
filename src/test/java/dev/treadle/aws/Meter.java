package dev.treadle.aws;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** Notes each call of an SDK as it is sent and answered, and what it consumed. */
final class Meter implements ExecutionInterceptor {
  private final List<String> sent = new ArrayList<>();
  private double writeUnits;
  private double readUnits;
  private boolean readAfterCommit;

  /**
   * What was asked for since the last {@link #reset}.
   *
   * @param calls in the order in which they were sent
   * @param writeUnits of the table; what indexes take is not in it
   * @param readUnits of the table or of an index
   */
  record Reading(
      List<String> calls, double writeUnits, double readUnits, boolean readsBesideTheClaim) {
    /** The sequential ones: the reads run beside the claim. */
    List<String> writes() {
      return calls.stream().filter(call -> !isRead(call)).toList();
    }

    long count(String call) {
      return calls.stream().filter(call::equals).count();
    }
  }

  synchronized void reset() {
    sent.clear();
    writeUnits = 0;
    readUnits = 0;
    readAfterCommit = false;
  }

  synchronized Reading reading() {
    return new Reading(List.copyOf(sent), writeUnits, readUnits, !readAfterCommit);
  }

  private static boolean isRead(String call) {
    return call.equals("Query") || call.equals("GetItem") || call.equals("BatchGetItem");
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    ReturnConsumedCapacity indexes = ReturnConsumedCapacity.INDEXES;
    return switch (context.request()) {
      case UpdateItemRequest each -> each.toBuilder().returnConsumedCapacity(indexes).build();
      case PutItemRequest each -> each.toBuilder().returnConsumedCapacity(indexes).build();
      case TransactWriteItemsRequest each ->
          each.toBuilder().returnConsumedCapacity(indexes).build();
      case GetItemRequest each -> each.toBuilder().returnConsumedCapacity(indexes).build();
      case BatchGetItemRequest each -> each.toBuilder().returnConsumedCapacity(indexes).build();
      case QueryRequest each -> each.toBuilder().returnConsumedCapacity(indexes).build();
      default -> context.request();
    };
  }

  @Override
  public synchronized void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    String call = context.request().getClass().getSimpleName().replace("Request", "");
    readAfterCommit |= isRead(call) && sent.contains("TransactWriteItems");
    sent.add(call);
  }

  @Override
  public synchronized void afterExecution(
      Context.AfterExecution context, ExecutionAttributes attributes) {
    SdkResponse response = context.response();
    switch (response) {
      case UpdateItemResponse each -> written(each.consumedCapacity());
      case PutItemResponse each -> written(each.consumedCapacity());
      case TransactWriteItemsResponse each -> each.consumedCapacity().forEach(this::written);
      case GetItemResponse each -> readUnits += each.consumedCapacity().capacityUnits();
      case QueryResponse each -> readUnits += each.consumedCapacity().capacityUnits();
      case BatchGetItemResponse each ->
          each.consumedCapacity().forEach(capacity -> readUnits += capacity.capacityUnits());
      default -> {}
    }
  }

  /** Index moves are counted apart. */
  private void written(ConsumedCapacity capacity) {
    writeUnits += capacity.table().capacityUnits();
  }
}
