package dev.treadle;

/** What a tool does to the world outside the task, declared by its author. */
public enum Effect {
  /** Changes nothing: needs no ledger row and may run in parallel with other reads. */
  READ_ONLY,
  /** Safe to repeat with the ledger's key, within the window that the tool declares. */
  IDEMPOTENT,
  /** Can be undone; the tool says how. */
  REVERSIBLE,
  /** Cannot be undone, so it is started at most once per approved intent. */
  IRREVERSIBLE
}
