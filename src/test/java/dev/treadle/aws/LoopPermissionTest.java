package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoopPermissionTest {
  @Test
  void oneSignedCallSaysWhatIsSetAndARefusalSaysNothing() throws Exception {
    String region = System.getProperty("aws.region");
    System.setProperty("aws.region", "eu-central-1");
    try (SignedServer server = new SignedServer()) {
      LoopPermission permission =
          new LoopPermission(Optional.of(server.url()), Optional.of(SignedServer.CREDENTIALS));
      server.answer = "{\"RecursiveLoop\":\"Terminate\"}";
      assertThat(permission.read("prod-Step")).contains("Terminate");
      assertThat(server.asked.getFirst().path())
          .isEqualTo("/2024-08-31/functions/prod-Step/recursion-config");
      assertThat(server.asked.getFirst().isSigned()).isTrue();

      server.answer = "<html>";
      assertThat(permission.read("prod-Step")).isEmpty();
      server.status = 403;
      assertThat(permission.read("prod-Step")).isEmpty();
    } finally {
      if (region == null) System.clearProperty("aws.region");
      else System.setProperty("aws.region", region);
    }
  }
}
