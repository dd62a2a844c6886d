package dev.treadle.aws;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * LocalStack in a container, where Docker is. {@code -Dtreadle.test.localstack.image} names another
 * image; the usual one is from before LocalStack's images asked for an account.
 */
final class LocalStackCloud {
  private static final String IMAGE = "localstack/localstack:4.4.0";

  private static final String SKIPPED = "no Docker here: LocalStack suite skipped";

  private LocalStackCloud() {}

  /** Skips the caller's tests, in words, where there is no Docker. */
  static AwsClients clients() {
    boolean isDockerThere = DockerClientFactory.instance().isDockerAvailable();
    if (!isDockerThere) System.out.println(SKIPPED);
    Assumptions.assumeTrue(isDockerThere, SKIPPED);
    LocalStackContainer container = Running.CONTAINER;
    return new AwsClients(
        Optional.of(container.getEndpoint()),
        Optional.of(Region.of(container.getRegion())),
        Optional.of(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(container.getAccessKey(), container.getSecretKey()))),
        List.of());
  }

  /** Starts once; the container ends with the tests. */
  private static final class Running {
    static final LocalStackContainer CONTAINER = start();

    private static LocalStackContainer start() {
      String image = System.getProperty("treadle.test.localstack.image", IMAGE);
      LocalStackContainer container =
          new LocalStackContainer(
                  DockerImageName.parse(image).asCompatibleSubstituteFor("localstack/localstack"))
              .withServices("dynamodb", "sqs");
      container.start();
      return container;
    }
  }
}
