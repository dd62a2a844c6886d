package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CachedSecretsTest {
  private Instant now = Instant.parse("2026-03-02T09:00:00Z");
  private final List<String> read = new ArrayList<>();
  private final CachedSecrets secrets =
      new CachedSecrets(
          reference -> {
            read.add(reference);
            if (reference.equals("ssm:gone")) throw new Secrets.Unreadable(reference, "gone");
            return reference + " " + read.size();
          },
          () -> now);

  @Test
  void aSecretIsReadAgainAfterFiveMinutes() {
    assertThat(secrets.read("ssm:a")).isEqualTo("ssm:a 1");
    now = now.plusSeconds(299);
    assertThat(secrets.read("ssm:a")).isEqualTo("ssm:a 1");
    assertThat(secrets.read("ssm:b")).isEqualTo("ssm:b 2");
    now = now.plusSeconds(1);
    assertThat(secrets.read("ssm:a")).isEqualTo("ssm:a 3");
  }

  @Test
  void aFailureIsNotKept() {
    for (int i = 1; i <= 2; i++) {
      assertThatThrownBy(() -> secrets.read("ssm:gone"))
          .isInstanceOf(Secrets.Unreadable.class)
          .hasMessage("the secret ssm:gone cannot be read: gone");
    }
    assertThat(read).hasSize(2);
  }
}
