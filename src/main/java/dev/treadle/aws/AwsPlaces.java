package dev.treadle.aws;

import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** A deployment's table and queue with the connections to them, for those who know no SDK. */
public final class AwsPlaces implements AutoCloseable {
  private final DynamoDbClient tables;
  private final SqsClient queues;
  private final DynamoTaskStore store;
  private final DynamoSeriesTable series;
  private final LinkTable links;
  private final SqsStepQueue queue;
  private final DynamoBreakerTable breakers;
  private final StackFacts facts;

  /**
   * Connects; nothing is asked yet.
   *
   * @param tableEndpoint another place than AWS
   * @param queueEndpoint another place than AWS
   */
  public AwsPlaces(
      String table, String queueUrl, Optional<URI> tableEndpoint, Optional<URI> queueEndpoint) {
    tables = AwsClients.FROM_ENVIRONMENT.at(tableEndpoint).dynamoDb();
    queues = AwsClients.FROM_ENVIRONMENT.at(queueEndpoint).sqs();
    store = new DynamoTaskStore(tables, table);
    series = new DynamoSeriesTable(tables, table);
    breakers = new DynamoBreakerTable(tables, table);
    links = new LinkTable(tables, table);
    queue = new SqsStepQueue(queues, queueUrl);
    facts = new StackFacts(tables, table, queues, queueUrl);
  }

  public DynamoTaskStore store() {
    return store;
  }

  public DynamoSeriesTable series() {
    return series;
  }

  public LinkTable links() {
    return links;
  }

  /** The queue to the notifier; its address is another one than the step queue's. */
  public SqsApprovalQueue notices(String approvalQueueUrl) {
    return new SqsApprovalQueue(queues, approvalQueueUrl);
  }

  public SqsStepQueue queue() {
    return queue;
  }

  public StackFacts facts() {
    return facts;
  }

  public DynamoBreakerTable breakers() {
    return breakers;
  }

  @Override
  public void close() {
    tables.close();
    queues.close();
  }
}
