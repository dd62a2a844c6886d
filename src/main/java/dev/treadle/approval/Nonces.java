package dev.treadle.approval;

import dev.treadle.engine.Approval;
import java.time.Duration;
import java.time.Instant;

/**
 * What a page is given to send back: proves that this person was shown this version of this
 * question not too long ago. Nothing is stored: the write of the decision makes it good once.
 */
final class Nonces {
  private static final Duration GOOD_FOR = Duration.ofHours(12);
  private final LinkKeys keys;

  Nonces(LinkKeys keys) {
    this.keys = keys;
  }

  String issue(Approval approval, String approver, Instant now) {
    return keys.seal(body(approval, approver) + "|" + now.getEpochSecond());
  }

  boolean isGood(String nonce, Approval approval, String approver, Instant now) {
    return keys.open(nonce).filter(text -> isGood(text, body(approval, approver), now)).isPresent();
  }

  private static boolean isGood(String text, String expected, Instant now) {
    int split = text.lastIndexOf('|');
    if (split < 0 || !text.substring(0, split).equals(expected)) return false;
    Instant issued = Instant.ofEpochSecond(Long.parseLong(text.substring(split + 1)));
    return now.isBefore(issued.plus(GOOD_FOR));
  }

  private static String body(Approval approval, String approver) {
    return "page|" + approval.id() + "|" + approval.version() + "|" + approver;
  }
}
