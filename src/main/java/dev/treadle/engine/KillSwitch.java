package dev.treadle.engine;

import dev.treadle.Redaction;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Stops everything, one agent or one tool, until somebody lifts it. What workers do about it is
 * {@link HaltCheck}'s.
 */
public final class KillSwitch {
  /** Two who halt different things at one time both get their way. */
  private static final int TRIES_MAX = 5;

  private final BreakerTable table;
  private final AgentCatalog agents;
  private final InstantSource clock;

  /** What an operator hears. */
  public sealed interface Answer {}

  /** It is written; this is what stands now. */
  public record Changed(Halts halts) implements Answer {}

  /** Nothing was changed. */
  public record Refused(String why) implements Answer {}

  public KillSwitch(BreakerTable table, AgentCatalog agents, InstantSource clock) {
    this.table = table;
    this.agents = agents;
    this.clock = clock;
  }

  /** What stands now, and what was lifted of late. */
  public Halts halts() {
    return table.halts();
  }

  /** All that can be halted here. */
  public List<String> things() {
    Set<String> tools = new TreeSet<>();
    List<String> things = new ArrayList<>();
    things.add(Halt.EVERYTHING);
    for (String name : agents.names()) {
      things.add(Halt.ofAgent(name));
      agents.find(name).stream()
          .flatMap(agent -> agent.tools().stream())
          .forEach(tool -> tools.add(Halt.ofTool(tool.name())));
    }
    things.addAll(tools);
    return things;
  }

  /** Stops something before its next step or call. */
  public Answer halt(String what, String by, String why) {
    // A name with a slip in it would halt nothing, and nobody would notice.
    if (!things().contains(what)) {
      return new Refused("there is no %s here; say %s".formatted(what, Halt.RULE));
    }
    Halt halt = new Halt(what, by, Redaction.byShape(why), clock.instant());
    return move(
        halts ->
            halts.of(List.of(what)).isEmpty() ? Optional.of(halts.with(halt)) : Optional.empty(),
        what + " is halted already");
  }

  /** Lets something go on. */
  public Answer lift(String what, String by, String why) {
    Halt word = new Halt(what, by, Redaction.byShape(why), clock.instant());
    return move(
        halts -> halts.of(List.of(what)).map(halt -> halts.without(halt, word)),
        what + " is not halted");
  }

  /**
   * Writes what follows from what stands.
   *
   * @param change empty when there is nothing to do
   * @param idle what the operator hears then
   */
  private Answer move(Function<Halts, Optional<Halts>> change, String idle) {
    for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
      Optional<Halts> next = change.apply(table.halts());
      if (next.isEmpty()) return new Refused(idle);
      if (table.replace(next.get())) return new Changed(next.get());
    }
    return new Refused("others changed what is halted at the same moment; say it again");
  }
}
