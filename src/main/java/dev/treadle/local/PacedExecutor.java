package dev.treadle.local;

import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import java.time.Duration;

/** Waits before each step, so that a person can watch a scripted model work. */
record PacedExecutor(StepExecutor executor, Duration pace) implements StepExecutor {
  @Override
  public StepResult execute(StepInput input, Actions actions) {
    try {
      Thread.sleep(pace);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return executor.execute(input, actions);
  }

  @Override
  public Reserve firstReserve(Agent agent) {
    return executor.firstReserve(agent);
  }
}
