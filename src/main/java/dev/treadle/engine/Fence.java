package dev.treadle.engine;

/** Whether a worker may still act: what the ledger's writes check in their own transaction. */
public enum Fence {
  /** The lease is still this worker's, and was so when the write was made. */
  HELD,
  /** Another worker holds the lease or the row has moved on; nothing was written. */
  LOST,
  /** An operator asked to stop before the next action; nothing was written. */
  CANCELLED;

  /** The one rule: may the worker that holds {@code mine} write to the ledger? */
  public static Fence of(Task current, Task mine) {
    boolean isMine =
        current.version() == mine.version()
            && current.lease() != null
            && current.lease().equals(mine.lease());
    if (!isMine) return LOST;
    return current.cancel() == null ? HELD : CANCELLED;
  }
}
