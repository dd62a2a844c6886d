package dev.treadle.local;

import dev.treadle.engine.ApprovalNotice;
import dev.treadle.engine.ApprovalNotices;
import dev.treadle.engine.ApprovalNoticesContract;
import java.util.Optional;

class NoticeQueueTest extends ApprovalNoticesContract {
  private final NoticeQueue queue = new NoticeQueue();

  @Override
  protected ApprovalNotices queue() {
    return queue;
  }

  @Override
  protected Optional<String> next() {
    try {
      return queue.poll(0).map(ApprovalNotice::body);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
