package dev.treadle.approval;

import dev.treadle.engine.Approval;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Makes links. Only the notifier has one; its randomness must be cryptographic. */
public final class LinkMint {
  private static final int SECRET_BYTES = 32;
  private final LinkKeys keys;
  private final LinkStore store;
  private final RandomGenerator random;
  private final InstantSource clock;

  public LinkMint(LinkKeys keys, LinkStore store, RandomGenerator random, InstantSource clock) {
    this.keys = keys;
    this.store = store;
    this.random = random;
    this.clock = clock;
  }

  /** A new token for one person and one question; earlier ones stay good. */
  public String mint(Approval approval, Approver approver) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    Link link =
        new Link(
            approval.taskId(),
            approval.id(),
            approver.id(),
            approval.action().argumentsDigest(),
            HexFormat.of().formatHex(secret));
    store.keep(StoredLink.of(link, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    return link.token(keys);
  }
}
