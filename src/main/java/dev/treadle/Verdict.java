package dev.treadle;

/** What the terminator decides after a step. */
public sealed interface Verdict {
  /** Run the next iteration. */
  record Continue() implements Verdict {}

  /** The task is terminal. */
  record Stop(Outcome outcome) implements Verdict {}

  /** The task waits for a human. */
  record Suspend(Outcome outcome) implements Verdict {}
}
