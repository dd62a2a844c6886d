package dev.treadle.lambda;

import dev.treadle.approval.Approver;
import dev.treadle.web.ApprovalMessage;
import java.io.IOException;

/** A way to reach a person. Safe for several threads. */
interface Channel {
  /** Whether an approver's address is of this channel. */
  boolean reaches(String address);

  /**
   * Tells the person, at least once for a key.
   *
   * @param key 32 hex digits; the same message has the same key
   * @return where the message went, as the channel names it
   * @throws IOException it did not arrive, or nobody knows; the message says why, without the link
   */
  String tell(Approver person, ApprovalMessage message, String key) throws IOException;
}
