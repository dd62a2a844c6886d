package dev.treadle.aws;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Where the tests of the adapters run, and the tables and queues that they make there. The contract
 * suites run on the two emulators, or where {@code -Dtreadle.test.dynamodb.endpoint} and {@code
 * -Dtreadle.test.sqs.endpoint} say, with the credentials and the region of the environment; they
 * remove what they made. Tests that stand between adapter and service always use the emulators: no
 * real service accepts a signature for another host.
 */
record Cloud(AwsClients tables, AwsClients queues) {
  private static final String DYNAMODB = "treadle.test.dynamodb.endpoint";
  private static final String SQS = "treadle.test.sqs.endpoint";

  static Cloud emulated() {
    return new Cloud(at(Emulator.dynamoDb()), at(Emulator.sqs()));
  }

  /** The tables of the place that the properties name, or of the emulator. */
  static AwsClients usualTables() {
    return given(DYNAMODB).orElseGet(() -> at(Emulator.dynamoDb()));
  }

  /** The queues of the place that the properties name, or of the emulator. */
  static AwsClients usualQueues() {
    return given(SQS).orElseGet(() -> at(Emulator.sqs()));
  }

  /** An emulator, which takes any credentials. */
  static AwsClients at(URI endpoint) {
    AwsCredentialsProvider anybody =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("treadle", "treadle"));
    return new AwsClients(
        Optional.of(endpoint), Optional.of(Region.EU_CENTRAL_1), Optional.of(anybody), List.of());
  }

  private static Optional<AwsClients> given(String property) {
    return Optional.of(System.getProperty(property, ""))
        .filter(endpoint -> !endpoint.isEmpty())
        .map(endpoint -> AwsClients.FROM_ENVIRONMENT.at(Optional.of(URI.create(endpoint))));
  }

  /** The same place, reached another way. */
  Cloud through(URI tableEndpoint, URI queueEndpoint) {
    return new Cloud(
        new AwsClients(
            Optional.of(tableEndpoint),
            tables.region(),
            tables.credentials(),
            tables.interceptors()),
        new AwsClients(
            Optional.of(queueEndpoint),
            queues.region(),
            queues.credentials(),
            queues.interceptors()));
  }

  Cloud watchedBy(ExecutionInterceptor... watchers) {
    List<ExecutionInterceptor> all = List.of(watchers);
    return new Cloud(
        new AwsClients(tables.endpoint(), tables.region(), tables.credentials(), all),
        new AwsClients(queues.endpoint(), queues.region(), queues.credentials(), all));
  }

  /** A table as template.yaml says. */
  static String newTable(DynamoDbClient client) {
    String name = "treadle-test-" + UUID.randomUUID();
    try {
      client.createTable(Template.read().table(name));
    } catch (ResourceInUseException ours) {
      // Nobody else has this name: the first try was slow, and the SDK has repeated it.
    }
    client.waiter().waitUntilTableExists(request -> request.tableName(name));
    return name;
  }

  static void empty(DynamoDbClient client, String table) {
    for (Map<String, AttributeValue> item :
        client.scanPaginator(scan -> scan.tableName(table)).items()) {
      Map<String, AttributeValue> key =
          Map.of(
              TableKeys.PK,
              item.getOrDefault(TableKeys.PK, AttributeValue.fromS("")),
              TableKeys.SK,
              item.getOrDefault(TableKeys.SK, AttributeValue.fromS("")));
      client.deleteItem(request -> request.tableName(table).key(key));
    }
  }

  /** A queue with its dead letters. */
  record Queue(String url, String deadLettersUrl) {}

  /** A queue as template.yaml says, but for what {@code changed} says. */
  static Queue newQueue(
      SqsClient client, Map<QueueAttributeName, String> changed, int maxReceiveCount) {
    Template template = Template.read();
    String name = "treadle-test-" + UUID.randomUUID();
    String dead =
        client
            .createQueue(request ->
                request.queueName(name + "-dead").attributes(template.queue("StepDeadLetters")))
            .queueUrl();
    String deadArn =
        client
            .getQueueAttributes(
                request -> request.queueUrl(dead).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);
    Map<QueueAttributeName, String> attributes = new HashMap<>(template.queue("StepQueue"));
    attributes.putAll(changed);
    attributes.put(
        QueueAttributeName.REDRIVE_POLICY,
        "{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":%d}"
            .formatted(deadArn, maxReceiveCount));
    String url =
        client.createQueue(request -> request.queueName(name).attributes(attributes)).queueUrl();
    return new Queue(url, dead);
  }
}
