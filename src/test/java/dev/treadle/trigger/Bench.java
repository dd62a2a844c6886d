package dev.treadle.trigger;

import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Chain;
import dev.treadle.DecisionCheck;
import dev.treadle.DeliveryCheck;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.Status;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepReport;
import dev.treadle.StepResult;
import dev.treadle.Usage;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Loop;
import dev.treadle.engine.Operator;
import dev.treadle.engine.Starter;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.StepQueue;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A loop on a store, with a queue that only keeps what was sent; every step completes its task. */
final class Bench {
  static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

  /** What the one agent takes. */
  record Order(String product, int copies) {}

  final AgentCatalog agents =
      new AgentCatalog(
          List.of(
              Agent.named("clerk").input(Order.class).then(Chain.to("filer", Map.of())).build(),
              Agent.named("filer").build()));
  final List<StepMessage> sent = Collections.synchronizedList(new ArrayList<>());
  final StepQueue queue = (message, _) -> sent.add(message);
  final Worker worker = new Worker(() -> NOW, new Random(7), Defaults.LEASE);
  final TaskStore store;
  final Loop loop;
  final Starter starter;

  Bench() {
    this(new EmbeddedTaskStore(new MapRecords()));
  }

  Bench(TaskStore store) {
    this.store = store;
    this.loop =
        Loop.on(
            new Loop.Places(store, queue, _ -> {}),
            agents,
            new Finisher(),
            (_, _, _, _) -> new DecisionCheck.StillOpen(),
            Bench::unjudged,
            new VirtualThreads(),
            worker);
    this.starter = loop.starter();
  }

  private static DeliveryCheck.Judged unjudged(DeliveryCheck.Delivery delivery) {
    throw new AssertionError("no task that runs here has a series: " + delivery);
  }

  Operator operator() {
    return loop.operator();
  }

  List<Task> tasks() {
    List<Task> tasks = new ArrayList<>();
    for (Status status : Status.values()) tasks.addAll(store.list(status, 1_000));
    return tasks;
  }

  private static final class Finisher implements StepExecutor {
    private static final Reserve RESERVE = new Reserve(1_000, 100);

    @Override
    public StepResult execute(StepInput input, Actions actions) {
      StepReport report =
          new StepReport(
              Json.object(),
              Optional.empty(),
              Optional.of(new StepReport.Completion.OfTask(Json.object())),
              List.of(),
              List.of(),
              Usage.NONE,
              RESERVE);
      return new StepResult.Advanced(Json.object(), List.of(), report);
    }

    @Override
    public Reserve firstReserve(Agent agent) {
      return RESERVE;
    }
  }
}
