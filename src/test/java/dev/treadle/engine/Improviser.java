package dev.treadle.engine;

import static dev.treadle.engine.Script.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.Effect;
import dev.treadle.Fault;
import dev.treadle.Gate;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.OnExpiry;
import dev.treadle.Phase;
import dev.treadle.Quorum;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.Usage;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Makes up the agents of a simulated world and what their model says: programs of up to a dozen
 * steps. Asked again, it gives other arguments, so that an answer that should have been kept shows.
 */
final class Improviser implements StepExecutor {
  private static final int STEPS_MAX = 12;
  private final Simulation world;
  private final RandomGenerator random;
  private final Script script;
  private final List<Agent> versions = new ArrayList<>();
  private final Map<TaskId, List<Integer>> programs = new HashMap<>();
  private int current;
  private int asks;

  Improviser(Simulation world) {
    this.world = world;
    random = world.random;
    script = new Script(this::think, world);
    Outside outside = world.outside;
    // Clocks that are far off can honour only a window that is far longer.
    outside.window =
        Duration.ofMinutes(world.swarm.isWild() ? 60 * 24 * 366 : 5L << random.nextInt(10));
    Limits limits = limits();
    List<Phase> phases = phases();
    Tool label = outside.label();
    Tool other =
        new Tool(
            "label",
            "Sets it for good.",
            label.input(),
            Effect.IRREVERSIBLE,
            BlastRadius.LOW,
            Tool.Terms.USUAL,
            label.review(),
            label.dependency(),
            label.halt(),
            label.outward(),
            this::never);
    Gate gate = gate();
    versions.add(agent("Version 0.", limits, phases, gate, List.of(label)));
    versions.add(agent("Version 1.", limits(), phases(), gate(), List.of(label)));
    versions.add(agent("Version 2.", limits, phases, gate, List.of()));
    versions.add(agent("Version 3.", limits, phases, gate, List.of(other)));
  }

  private ToolOutcome never(JsonNode arguments, Invocation call) {
    throw new AssertionError("a tool ran that is not the one of " + call.taskId());
  }

  /** Payments need one to three people, or as many as a version with stricter rules says. */
  private Gate gate() {
    OnExpiry[] silences = {OnExpiry.STOP, OnExpiry.REJECT, OnExpiry.STAY_PARKED};
    Gate.Ruling.Ask ask =
        Gate.Ruling.Ask.USUAL
            .of(new Quorum(1 + Math.max(0, random.nextInt(5) - 2), false))
            .within(
                Duration.ofMinutes(2L << random.nextInt(11)),
                silences[random.nextInt(silences.length)]);
    return Gate.STANDARD
        .with("send", Gate.Ruling.ALLOW)
        .with("wire", Gate.Ruling.ALLOW)
        .with("pay", ask);
  }

  private Agent agent(
      String instructions, Limits limits, List<Phase> phases, Gate gate, List<Tool> label) {
    Outside outside = world.outside;
    Agent.Builder builder =
        Agent.named("clerk")
            .instructions(instructions)
            .tool(outside.look())
            .tool(outside.poll(3))
            .tool(outside.open())
            .tool(outside.keep())
            .tool(outside.send())
            .tool(outside.pay())
            .tool(outside.wire())
            .limits(limits)
            .gate(gate);
    label.forEach(builder::tool);
    phases.forEach(builder::phase);
    return builder.build();
  }

  private List<Phase> phases() {
    if (random.nextInt(4) > 0) return List.of();
    return List.of(
        new Phase("gather", "Gather.", 2 + random.nextInt(5)),
        new Phase("act", "Act.", 2 + random.nextInt(8)));
  }

  private Limits limits() {
    return new Limits(
        random.nextInt(4) == 0 ? 2 + random.nextInt(8) : 40,
        new Limits.Patience(2 + random.nextInt(4), 2 + random.nextInt(2), 2 + random.nextInt(5)),
        new Limits.Retries(1 + random.nextInt(8), 5 * random.nextInt(12)),
        new Limits.Budget(
            random.nextInt(6) == 0 ? 6_000 + random.nextInt(20_000) : 1_000_000,
            random.nextInt(6) == 0 ? 1_000 + random.nextInt(4_000) : 1_000_000,
            random.nextInt(6) == 0 ? 2 + random.nextInt(6) : 100,
            Duration.ofMinutes(30L << random.nextInt(9))),
        Duration.ofMinutes(2L << random.nextInt(11)),
        0.6);
  }

  Agent current() {
    return versions.get(current);
  }

  /** What the next deploy brings: mostly another text, now and then another tool. */
  Agent next() {
    current = random.nextInt(4) > 0 ? 1 : random.nextInt(versions.size());
    return current();
  }

  @Override
  public Reserve firstReserve(Agent agent) {
    return script.firstReserve(agent);
  }

  long microsSpent(TaskId id) {
    return script.microsSpent.getOrDefault(id, 0L);
  }

  long tokensSpent(TaskId id) {
    return script.tokensSpent.getOrDefault(id, 0L);
  }

  @Override
  public StepResult execute(StepInput input, Actions actions) {
    world.promises.runsPinned(input);
    StepResult result = script.execute(input, actions);
    if (world.isFaulty() && world.chance(world.swarm.calls().modelFails() / 8)) {
      world.tally.count("fault: executor throws");
      throw new IllegalArgumentException("garbage after the step");
    }
    return result;
  }

  private Move think(StepInput input) {
    world.promises.modelAsked(input);
    if (world.isFaulty() && world.chance(world.swarm.calls().modelFails())) return misbehave();
    List<Integer> program = programs.computeIfAbsent(input.taskId(), _ -> program());
    int said = (int) input.turns().stream().filter(turn -> !turn.answer().isEmpty()).count();
    String text = input.taskId() + "/" + said + "/" + ++asks;
    Move move = said < program.size() ? move(program.get(said), text) : Move.complete();
    return move.costing(new Usage(random.nextInt(300), random.nextInt(100), random.nextInt(2_001)));
  }

  private Move misbehave() {
    world.tally.count("fault: model fails");
    throw new Script.Broken(
        switch (random.nextInt(8)) {
          case 0, 1, 2, 3 -> new Fault.Transient("overloaded", Duration.ZERO);
          case 4 -> new Fault.Transient("slow down", world.within(Duration.ofHours(2)));
          case 5, 6 -> new Fault.Recorded("garbage " + asks++);
          default ->
              random.nextInt(4) == 0
                  ? new Fault.Hopeless("no such model")
                  : new Fault.Recorded("the same garbage");
        });
  }

  private List<Integer> program() {
    List<Integer> program = new ArrayList<>();
    int steps = 1 + random.nextInt(STEPS_MAX);
    for (int i = 0; i < steps; i++) program.add(random.nextInt(24));
    return program;
  }

  private Move move(int kind, String text) {
    return switch (kind) {
      case 0 -> Move.of(call("a", "look", text), call("b", "look", text + "b"));
      case 1 -> Move.of(call("a", "look", "the same"));
      case 2 -> Move.of(call("a", "poll", "news"));
      case 3, 4 -> Move.of(call("a", "keep", text));
      case 5, 6 -> Move.of(call("a", "send", text));
      case 7, 8 -> Move.of(call("a", "pay", text));
      case 9, 10 -> Move.of(call("a", "wire", text));
      case 11 -> Move.of(call("a", "label", text));
      case 12 -> Move.of().noting(Json.object().put("note", text));
      case 13 -> Move.of(call("a", "look", text), call("b", "keep", text), call("c", "send", text));
      case 14 ->
          Move.of(call("a", "pay", text), call("b", "pay", text + "b"), call("c", "send", text));
      case 15 -> Move.of(call("a", "juggle", text), call("b", "wire", text));
      case 16 ->
          Move.of(call("a", "send", text), call("b", "label", text), call("c", "wire", text));
      case 17 -> Move.of().wrong("not what was asked for: " + text);
      case 18 -> Move.of(call("a", "look", text)).endingPhase();
      case 19 -> Move.of().noting(Json.object().put("doubt", text)).sure(0.1);
      case 20 -> Move.of(call("a", "keep", text), call("b", "keep", text + "b"));
      case 21 -> Move.of(call("a", "open", text));
      case 22 -> Move.of(call("a", "open", text), call("b", "send", text), call("c", "wire", text));
      default -> Move.of();
    };
  }
}
