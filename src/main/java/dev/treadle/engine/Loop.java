package dev.treadle.engine;

import dev.treadle.DeliveryCheck;
import dev.treadle.StepExecutor;

/**
 * Everything that runs on one table and one queue, put together: the same on Lambda, on a laptop
 * and in tests.
 */
public record Loop(
    TaskStore store,
    LoopEngine engine,
    Watchdog watchdog,
    Starter starter,
    Operator operator,
    Fork fork) {
  /** The places that a loop works on. */
  public record Places(TaskStore store, StepQueue queue) {}

  public static Loop on(
      Places places,
      AgentCatalog agents,
      StepExecutor executor,
      DeliveryCheck deliveries,
      ToolRunner runner,
      Worker worker) {
    TaskStore store = new SeriesRecording(places.store(), agents, deliveries);
    StepQueue queue = places.queue();
    Stepper stepper =
        new Stepper(store, executor, new RecordedDecisions(store), deliveries, runner, worker);
    LoopEngine engine = new LoopEngine(store, queue, agents, stepper, worker);
    return new Loop(
        store,
        engine,
        new Watchdog(store, engine, worker),
        new Starter(store, queue, agents, executor, worker),
        new Operator(store, queue, worker),
        new Fork(store, queue, agents, executor, worker));
  }
}
