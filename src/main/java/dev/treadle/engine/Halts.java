package dev.treadle.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What people have halted, in one small item, so that a worker learns all of it in one read.
 *
 * @param version one above that of the item it replaces; 0 when nobody ever halted anything
 * @param standing in the order in which they were said; at most one of each thing
 * @param lifted the newest {@value #LIFTED_MAX}, the last one first
 */
public record Halts(int schema, long version, List<Halt> standing, List<Lift> lifted) {
  public static final int SCHEMA = 1;
  static final int LIFTED_MAX = 20;

  /** A halt that is over: who lifted it, and why. */
  public record Lift(Halt halt, Halt by) {}

  public static final Halts NONE = new Halts(SCHEMA, 0, List.of(), List.of());

  public Halts {
    standing = List.copyOf(standing);
    lifted = List.copyOf(lifted);
  }

  /** The first that stands of some things. */
  public Optional<Halt> of(Collection<String> things) {
    return standing.stream().filter(halt -> things.contains(halt.what())).findFirst();
  }

  Halts with(Halt halt) {
    List<Halt> more = new ArrayList<>(standing);
    more.add(halt);
    return new Halts(schema, version + 1, more, lifted);
  }

  /**
   * Without one that stands.
   *
   * @param word who lifts it, and why
   */
  Halts without(Halt halt, Halt word) {
    List<Halt> rest = standing.stream().filter(each -> !each.equals(halt)).toList();
    List<Lift> over = new ArrayList<>();
    over.add(new Lift(halt, word));
    lifted.stream().limit(LIFTED_MAX - 1L).forEach(over::add);
    return new Halts(schema, version + 1, rest, over);
  }
}
