package dev.treadle.aws;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * How clients of AWS are made: where they send to, how long they wait, how often they try. What is
 * absent comes from the environment, as everywhere in AWS.
 *
 * @param endpoint another place than AWS, for tests and emulators
 * @param interceptors see every call, in order
 */
public record AwsClients(
    Optional<URI> endpoint,
    Optional<Region> region,
    Optional<AwsCredentialsProvider> credentials,
    List<ExecutionInterceptor> interceptors) {
  /** Everything as the process's environment says. */
  public static final AwsClients FROM_ENVIRONMENT =
      new AwsClients(Optional.empty(), Optional.empty(), Optional.empty(), List.of());

  /**
   * One hidden retry, for a connection that a frozen function finds dead. It is harmless because
   * every write is conditional; whatever needs more patience is tried again in plain sight.
   */
  private static final int ATTEMPTS_MAX = 2;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** A table answers within milliseconds; two of these still end well inside a lease. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

  /** Longer than SQS ever holds a receive that waits for messages. */
  private static final Duration QUEUE_READ_TIMEOUT = Duration.ofSeconds(25);

  public AwsClients {
    interceptors = List.copyOf(interceptors);
  }

  /** The same, sending to another place if one is given. */
  public AwsClients at(Optional<URI> place) {
    return new AwsClients(place.or(() -> endpoint), region, credentials, interceptors);
  }

  public DynamoDbClient dynamoDb() {
    return built(configured(DynamoDbClient.builder(), READ_TIMEOUT));
  }

  public SqsClient sqs() {
    return built(configured(SqsClient.builder(), QUEUE_READ_TIMEOUT));
  }

  private static <C> C built(AwsClientBuilder<?, C> builder) {
    try {
      return builder.build();
    } catch (SdkClientException incomplete) {
      throw InfrastructureFailure.of("AWS", "connecting", incomplete);
    }
  }

  private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> B configured(
      B builder, Duration readTimeout) {
    endpoint.ifPresent(builder::endpointOverride);
    region.ifPresent(builder::region);
    credentials.ifPresent(builder::credentialsProvider);
    ClientOverrideConfiguration.Builder behaviour =
        ClientOverrideConfiguration.builder()
            .retryStrategy(
                AwsRetryStrategy.standardRetryStrategy().toBuilder()
                    .maxAttempts(ATTEMPTS_MAX)
                    .build());
    interceptors.forEach(behaviour::addExecutionInterceptor);
    return builder
        .overrideConfiguration(behaviour.build())
        .httpClientBuilder(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(readTimeout));
  }
}
