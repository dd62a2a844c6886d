package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.tool.Mail;
import dev.treadle.tool.Mailer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";
  private static final Mail MAIL = new Mail("ann@example.com", "A question", "Please decide.");

  @Test
  void mailThatHasNoWayOutFailsAndSaysWhatIsMissing() throws Exception {
    Mailer mailer = Deployment.mailer(Optional.empty(), Optional.empty(), InstantSource.system());

    assertThat(mailer.send(MAIL, KEY))
        .isInstanceOfSatisfying(
            Mailer.Unavailable.class,
            unavailable -> assertThat(unavailable.why()).contains("TREADLE_SMTP_URL is not set"));
  }

  @Test
  void mailGoesIntoAFolderThatWasNamed(@TempDir Path folder) throws Exception {
    Mailer mailer =
        Deployment.mailer(Optional.empty(), Optional.of(folder), InstantSource.system());

    assertThat(mailer.send(MAIL, KEY)).isInstanceOf(Mailer.Sent.class);
    assertThat(folder.resolve(KEY + ".eml")).exists();
  }
}
