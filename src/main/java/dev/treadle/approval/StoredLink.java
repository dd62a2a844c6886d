package dev.treadle.approval;

import dev.treadle.CanonicalJson;
import dev.treadle.TaskId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;

/**
 * What is kept of a link: enough to recognise it, nothing to make it.
 *
 * @param secretHash SHA-256 of the secret
 */
public record StoredLink(
    int schema,
    TaskId taskId,
    String approvalId,
    String approver,
    String secretHash,
    Instant mintedAt) {
  public static final int SCHEMA = 1;

  static StoredLink of(Link link, Instant mintedAt) {
    return new StoredLink(
        SCHEMA,
        link.taskId(),
        link.approvalId(),
        link.approver(),
        CanonicalJson.sha256(link.secret()),
        mintedAt);
  }

  /** Whether the link is this one; how much of the secret differs does not show in the time. */
  boolean isOf(Link link) {
    byte[] mine = secretHash.getBytes(StandardCharsets.UTF_8);
    byte[] given = CanonicalJson.sha256(link.secret()).getBytes(StandardCharsets.UTF_8);
    return approver.equals(link.approver()) && MessageDigest.isEqual(mine, given);
  }
}
