package dev.treadle;

import java.time.Instant;

/** Asked right before a gated action runs: did a human approve exactly this? */
public interface DecisionCheck {
  /**
   * Called once per attempt to run the action.
   *
   * @param approvalId the request that the action waits for
   * @param action what is about to run
   */
  Answer ask(TaskId taskId, String approvalId, Action action, Instant now);

  /**
   * An action as the ledger holds it: the same arguments mean something else to another tool.
   *
   * @param key of its ledger row
   */
  record Action(String key, String tool, String argumentsDigest) {}

  sealed interface Answer {}

  record Approved(String by) implements Answer {}

  record Rejected(String by, String guidance) implements Answer {}

  record StillOpen() implements Answer {}

  /** The decision does not fit the action; it is never run. */
  record Invalid(String why) implements Answer {}
}
