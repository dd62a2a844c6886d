package dev.treadle.engine;

/**
 * The queue to the notifier: at least once, in any order, and never the truth. A notice that is
 * lost is sent again by the watchdog until the notifier has {@link Notification recorded} one. Safe
 * for several threads.
 */
@FunctionalInterface
public interface ApprovalNotices {
  void send(ApprovalNotice notice);
}
