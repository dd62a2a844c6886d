package dev.treadle.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every {@link RecordingMailer} holds besides. */
abstract class RecordingMailerContract extends MailerContract {
  @Override
  abstract RecordingMailer mailer();

  @Test
  void aMailIsDeliveredAndFoundUnderItsKey() throws IOException {
    assertThat(mailer().find(KEY)).isEmpty();

    Mailer.Delivery delivery = mailer().send(MAIL, KEY);

    assertThat(delivery).isInstanceOf(Mailer.Sent.class);
    assertThat(mailer().find(KEY)).contains((Mailer.Sent) delivery);
    assertThat(deliveredCount()).isEqualTo(1);
  }

  @Test
  void theSameKeyTwiceDeliversOnceAndAnswersTheSame() throws IOException {
    Mailer.Delivery first = mailer().send(MAIL, KEY);
    Mailer.Delivery second = mailer().send(MAIL, KEY);

    assertThat(second).isEqualTo(first);
    assertThat(deliveredCount()).isEqualTo(1);
  }

  @Test
  void theSameKeyFromManyThreadsDeliversOnce() throws Exception {
    Callable<Mailer.Delivery> sending = () -> mailer().send(MAIL, KEY);
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (var sent : threads.invokeAll(Collections.nCopies(32, sending))) {
        assertThat(sent.get()).isInstanceOf(Mailer.Sent.class);
      }
    }
    assertThat(deliveredCount()).isEqualTo(1);
  }
}
