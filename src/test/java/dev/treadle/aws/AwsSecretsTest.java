package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Secrets;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;

class AwsSecretsTest {
  private SignedServer server;
  private Secrets secrets;

  @BeforeEach
  void start() throws IOException {
    server = new SignedServer();
    secrets = new AwsSecrets(Optional.of(server.url()), Optional.of(SignedServer.CREDENTIALS));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aSecretOfSecretsManagerIsReadByItsArnInItsRegion() {
    server.answer = "{\"Name\": \"key\", \"SecretString\": \"sk-secret\\n\"}";
    String arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf";

    assertThat(secrets.read(arn)).isEqualTo("sk-secret");
    SignedServer.Asked asked = server.asked.getFirst();
    assertThat(asked.body()).isEqualTo("{\"SecretId\":\"" + arn + "\"}");
    assertThat(asked.target()).isEqualTo("secretsmanager.GetSecretValue");
    assertThat(asked.authorization()).contains("/eu-west-1/secretsmanager/aws4_request");
    assertThat(asked.isSigned()).isTrue();
  }

  @Test
  void aParameterIsReadDecrypted() {
    server.answer = "{\"Parameter\": {\"Value\": \"sk-secret\"}}";

    assertThat(secrets.read("arn:aws:ssm:eu-west-1:123456789012:parameter/models/key"))
        .isEqualTo("sk-secret");
    assertThat(server.asked.getFirst().body())
        .isEqualTo(
            "{\"Name\":\"arn:aws:ssm:eu-west-1:123456789012:parameter/models/key\",\"WithDecryption\":true}");
    assertThat(server.asked.getFirst().target()).isEqualTo("AmazonSSM.GetParameter");
    assertThat(server.asked.getFirst().isSigned()).isTrue();
  }

  @Test
  void whatIsRefusedSaysWhyAndNoSecret() {
    server.status = 400;
    server.answer =
        "{\"__type\": \"com.amazon#AccessDeniedException\", \"Message\": \"canary\", \"SecretString\": \"canary\"}";

    assertThatThrownBy(() -> secrets.read("arn:aws:secretsmanager:eu-west-1:1:secret:key"))
        .isInstanceOf(Secrets.Unreadable.class)
        .hasMessage(
            "the secret arn:aws:secretsmanager:eu-west-1:1:secret:key cannot be read: status 400, AccessDeniedException");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"SecretBinary\": \"canary\"}", "canary", "[]", ""})
  void anAnswerWithoutATextIsUnreadableAndNotTold(String answer) {
    server.answer = answer;

    assertThatThrownBy(() -> secrets.read("arn:aws:secretsmanager:eu-west-1:1:secret:key"))
        .isInstanceOf(Secrets.Unreadable.class)
        .hasMessageContaining("holds no text")
        .hasMessageNotContaining("canary");
  }

  @Test
  void whoeverHasNoCredentialsHearsThatTheSecretIsUnreadable() {
    Secrets locked =
        new AwsSecrets(
            Optional.of(server.url()),
            Optional.of(() -> {
              throw SdkClientException.create("Unable to load credentials from any provider");
            }));

    assertThatThrownBy(() -> locked.read("arn:aws:secretsmanager:eu-west-1:1:secret:key"))
        .isInstanceOf(Secrets.Unreadable.class)
        .hasMessage(
            "the secret arn:aws:secretsmanager:eu-west-1:1:secret:key cannot be read: there are no"
                + " AWS credentials: none in the environment, the profile or the role");
    assertThat(server.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"arn:aws:s3:::bucket", "vault:key", "key"})
  void anUnknownReferenceIsToldWithItsRule(String reference) {
    assertThatThrownBy(() -> secrets.read(reference))
        .hasMessageContaining("must be an ARN of secretsmanager or ssm");
  }
}
