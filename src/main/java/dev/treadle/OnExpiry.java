package dev.treadle;

/** What becomes of a task whose question nobody answered in time. It is never taken for a yes. */
public enum OnExpiry {
  /** The task ends with {@code approval_expired}: a gate that nobody answers is seen. */
  STOP,
  /** The action is refused, the model hears why, and the task goes on. */
  REJECT,
  /** The task goes on waiting until somebody extends the request, or its deadline. */
  STAY_PARKED
}
