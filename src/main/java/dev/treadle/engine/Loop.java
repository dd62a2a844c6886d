package dev.treadle.engine;

import dev.treadle.DecisionCheck;
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
    Fork fork,
    AnswerBook answers) {
  /**
   * The places that a loop works on.
   *
   * @param notices the queue to the notifier
   */
  public record Places(TaskStore store, StepQueue queue, ApprovalNotices notices) {}

  public static Loop on(
      Places places,
      AgentCatalog agents,
      StepExecutor executor,
      DecisionCheck decisions,
      DeliveryCheck deliveries,
      ToolRunner runner,
      Worker worker) {
    TaskStore store = new SeriesRecording(places.store(), agents, deliveries);
    StepQueue queue = places.queue();
    Places recording = new Places(store, queue, places.notices());
    Stepper stepper = new Stepper(store, executor, decisions, deliveries, runner, worker);
    LoopEngine engine = new LoopEngine(recording, agents, stepper, worker);
    return new Loop(
        store,
        engine,
        new Watchdog(recording, engine, worker),
        new Starter(store, queue, agents, executor, worker),
        new Operator(store, queue, worker),
        new Fork(store, queue, agents, executor, worker),
        new AnswerBook(store, queue, places.notices()));
  }
}
