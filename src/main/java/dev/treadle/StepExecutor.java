package dev.treadle;

/** Runs one step: a function of stored state that may act only through {@link Actions}. */
public interface StepExecutor {
  /** Called at most once per claim. An exception is recorded as an error of the step. */
  StepResult execute(StepInput input, Actions actions);

  /** What the first step of a task may spend at most. */
  Reserve firstReserve(Agent agent);
}
