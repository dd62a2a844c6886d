package dev.treadle.approval;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.treadle.TaskId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {
  private static final Link LINK =
      new Link(new TaskId("t-1"), "a-1", "ann", "d".repeat(64), "5".repeat(64));
  private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
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

  @Test
  void aTokenWithOneBitFlippedAnywhereIsRefused() {
    byte[] token = LINK.token(OLD).getBytes(StandardCharsets.ISO_8859_1);
    for (int at = 0; at < token.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = token.clone();
        flipped[at] ^= (byte) (1 << bit);
        assertThat(Link.read(new String(flipped, StandardCharsets.ISO_8859_1), OLD))
            .as("bit %d of position %d", bit, at)
            .isEmpty();
      }
    }
  }

  @Test
  void aTokenOfAnotherEnvironmentIsRefusedThoughItsKeyHasTheSameName() {
    LinkKeys theirs = KeyText.linkKeys(KeyText.fresh("k1", new SecureRandom()).linkKeys());

    assertThat(Link.read(LINK.token(theirs), theirs)).contains(LINK);
    assertThat(Link.read(LINK.token(theirs), OLD)).isEmpty();
  }

  @Test
  void tenThousandGuessesReadNothingAndAreHeldUpSoon() {
    Entrance entrance = new Entrance(OLD, new Unreadable());
    Random random = new Random(7);
    int held = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] guess = new byte[48];
      random.nextBytes(guess);
      String token = "k1." + Base64.getUrlEncoder().withoutPadding().encodeToString(guess);
      held += isHeldUp(entrance.admit(new Caller.Bearer(token, "198.51.100.7"), "a-1", NOW));
    }
    assertThat(held).isEqualTo(10_000 - 20);
  }

  @Test
  void aGoodLinkToAnotherQuestionReadsNothingWhateverTheIdIs() {
    Entrance entrance = new Entrance(OLD, new Unreadable());
    for (String other : List.of("", "a", "a-2", "A-1", "a-1 ", "a-1/..", "a%2d1", "0".repeat(32))) {
      var caller = new Caller.Bearer(LINK.token(OLD), other);
      assertThat(entrance.admit(caller, other, NOW))
          .isEqualTo(new Entrance.Turned(new DeskAnswer.Unknown()));
    }
  }

  private static int isHeldUp(Entrance.Admission admission) {
    return admission instanceof Entrance.Turned(DeskAnswer.TooManyAttempts _) ? 1 : 0;
  }

  /** Whoever guesses has cost no read. */
  private static final class Unreadable implements LinkStore {
    @Override
    public void keep(StoredLink link) {
      throw new AssertionError("kept " + link);
    }

    @Override
    public List<StoredLink> of(TaskId taskId, String approvalId) {
      throw new AssertionError("read the links to " + approvalId);
    }
  }

  /** What a test of times would guess at, read off the code: no comparison ends early. */
  @Test
  void secretsAreComparedByWhatLooksAtEveryByte() {
    JavaClasses compiled = new ClassFileImporter().importClasses(LinkKeys.class, StoredLink.class);

    assertThat(calls(compiled, LinkKeys.class, "open"))
        .contains("MessageDigest.isEqual")
        .doesNotContain("String.equals", "Arrays.equals", "Object.equals");
    assertThat(calls(compiled, StoredLink.class, "isOf"))
        .contains("MessageDigest.isEqual")
        .doesNotContain("Arrays.equals", "Object.equals")
        // Of the approver's id, which is no secret and which the seal has vouched for.
        .containsOnlyOnce("String.equals");
  }

  private static List<String> calls(JavaClasses compiled, Class<?> in, String method) {
    return compiled.get(in).getMethodCallsFromSelf().stream()
        .filter(call -> call.getOrigin().getName().equals(method))
        .map(call -> call.getTargetOwner().getSimpleName() + "." + call.getName())
        .toList();
  }

  @Test
  void everyLinkThatIsKeptIsLookedAtWhicheverWasTheRightOne() {
    for (int right : new int[] {0, 3, 6, -1}) {
      Watched kept = new Watched(right);
      Entrance entrance = new Entrance(OLD, kept);

      var admission = entrance.admit(new Caller.Bearer(LINK.token(OLD), "here"), "a-1", NOW);

      assertThat(admission)
          .isInstanceOf(right < 0 ? Entrance.Turned.class : Entrance.Admitted.class);
      assertThat(kept.looks).isEqualTo(7);
    }
  }

  /** Seven links to one question, and how many of them were looked at. */
  private static final class Watched implements LinkStore {
    private final int right;
    private int looks;

    Watched(int right) {
      this.right = right;
    }

    @Override
    public void keep(StoredLink link) {
      throw new AssertionError("kept " + link);
    }

    @Override
    public List<StoredLink> of(TaskId taskId, String approvalId) {
      return new AbstractList<>() {
        @Override
        public StoredLink get(int at) {
          looks++;
          String secret =
              at == right ? LINK.secret() : String.valueOf((char) ('a' + at)).repeat(64);
          return StoredLink.of(
              new Link(taskId, approvalId, LINK.approver(), LINK.argumentsDigest(), secret), NOW);
        }

        @Override
        public int size() {
          return 7;
        }
      };
    }
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
