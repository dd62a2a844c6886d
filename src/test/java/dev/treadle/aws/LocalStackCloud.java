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
 * image.
 *
 * <p>The usual one is the last that runs without an account: LocalStack announced that every tag
 * after 4.14.0 asks for {@code LOCALSTACK_AUTH_TOKEN}, from 23 March 2026 on (for example in <a
 * href="https://github.com/PlaytikaOSS/testcontainers-spring-boot/issues/2872">this issue</a>). A
 * token in the environment is passed on, for newer images.
 */
final class LocalStackCloud {
  private static final String IMAGE = "localstack/localstack:4.14.0";

  private static final String TOKEN = "LOCALSTACK_AUTH_TOKEN";

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
      Optional.ofNullable(System.getenv(TOKEN)).ifPresent(token -> container.addEnv(TOKEN, token));
      container.start();
      return container;
    }
  }
}
