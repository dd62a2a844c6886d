package dev.treadle.local;

import dev.treadle.engine.ApprovalNotice;
import dev.treadle.engine.ApprovalNotices;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The queue to the notifier in this process. What is in it dies with the process: the watchdog
 * sends again what nobody was told.
 */
public final class NoticeQueue implements ApprovalNotices {
  /** Beyond this nobody listens, and the watchdog sends again once somebody does. */
  private static final int NOTICES_MAX = 10_000;

  private final LinkedBlockingQueue<ApprovalNotice> waiting =
      new LinkedBlockingQueue<>(NOTICES_MAX);

  @Override
  public void send(ApprovalNotice notice) {
    if (!waiting.contains(notice)) waiting.offer(notice);
  }

  /** The next notice, if one comes in time. */
  public Optional<ApprovalNotice> poll(long milliseconds) throws InterruptedException {
    return Optional.ofNullable(waiting.poll(milliseconds, TimeUnit.MILLISECONDS));
  }
}
