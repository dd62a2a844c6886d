package dev.treadle.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.TaskId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {
  private static final Link LINK =
      new Link(new TaskId("t-1"), "a-1", "ann", "d".repeat(64), "5".repeat(64));
  private static final LinkKeys OLD = Panel.linkKeys("k1", "k1");
  private static final LinkKeys BOTH = Panel.linkKeys("k2", "k1", "k2");
  private static final LinkKeys NEW = Panel.linkKeys("k2", "k2");

  @Test
  void aTokenThatDiffersInOneCharacterAnywhereIsRefused() {
    String token = LINK.token(OLD);
    assertThat(Link.read(token, OLD)).contains(LINK);
    for (int at = 0; at < token.length(); at++) {
      char other = token.charAt(at) == 'A' ? 'B' : 'A';
      String flipped = token.substring(0, at) + other + token.substring(at + 1);
      assertThat(Link.read(flipped, OLD)).as("position %d", at).isEmpty();
      assertThat(Link.read(token.substring(0, at), OLD)).as("cut at %d", at).isEmpty();
    }
    assertThat(Link.read(token + "A", OLD)).isEmpty();
    assertThat(Link.read(token + "=", OLD)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a",
        "k1..",
        "k1.e30.",
        "../x.e30.AA",
        "alg=none.e30.",
        "k9.e30.AA"
      })
  void junkIsRefused(String junk) {
    assertThat(Link.read(junk, OLD)).isEmpty();
  }

  @Test
  void anOldKeyIsGoodDuringTheOverlapAndNotAfterIt() {
    String token = LINK.token(OLD);

    assertThat(Link.read(token, BOTH)).contains(LINK);
    assertThat(LINK.token(BOTH)).startsWith("k2.");
    assertThat(Link.read(token, NEW)).isEmpty();
  }

  @Test
  void aNonceIsNoLinkAndNoLogShowsASecret() {
    assertThat(Link.read(OLD.seal("page|a-1|1|ann|0"), OLD)).isEmpty();
    assertThat(LINK.toString()).doesNotContain(LINK.secret());
    assertThat(new Caller.Bearer(LINK.token(OLD), "198.51.100.7").toString())
        .doesNotContain(LINK.token(OLD));
  }

  @Test
  void onlyTheSecretThatWasSentIsRecognised() {
    StoredLink kept = StoredLink.of(LINK, java.time.Instant.EPOCH);
    Link guessed =
        new Link(LINK.taskId(), LINK.approvalId(), "ann", LINK.argumentsDigest(), "6".repeat(64));
    Link others =
        new Link(LINK.taskId(), LINK.approvalId(), "bob", LINK.argumentsDigest(), LINK.secret());

    assertThat(kept.isOf(LINK)).isTrue();
    assertThat(kept.isOf(guessed)).isFalse();
    assertThat(kept.isOf(others)).isFalse();
    assertThat(kept.toString()).doesNotContain(LINK.secret());
    assertThat(Optional.of(kept.secretHash())).get().asString().hasSize(64);
  }
}
