package dev.treadle;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The policy that says whether an action needs a human, as data: a table over effect and reach,
 * guards that can only make it stricter, and what an agent's author decided for single tools.
 *
 * <p>What no rule names is asked. Nothing that a model or a prompt writes relaxes it: a ruling for
 * a tool takes the place of the table, never of a guard, and confidence is looked at by guards
 * alone.
 *
 * @param table exactly one of these speaks for an action; the first that matches
 * @param guards each that matches is added to what the table said
 * @param byTool an author's ruling for single tools, by name, instead of the table
 */
public record Gate(List<GateRule> table, List<GateRule> guards, Map<String, Ruling> byTool) {
  /** Severe until somebody says otherwise. */
  private static final Ruling.Ask UNKNOWN = Ruling.Ask.USUAL.atLeast(Severity.HIGH);

  /** The standard policy: asks before what cannot be undone or reaches far. */
  public static final Gate STANDARD =
      new Gate(GateRule.STANDARD_TABLE, GateRule.STANDARD_GUARDS, Map.of());

  /** What is to be done about an action. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "ruling")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Ruling.Allow.class, name = "allow"),
    @JsonSubTypes.Type(value = Ruling.Ask.class, name = "ask"),
    @JsonSubTypes.Type(value = Ruling.Deny.class, name = "deny")
  })
  public sealed interface Ruling {
    Ruling ALLOW = new Allow();
    Ruling ASK = Ask.USUAL;
    Ruling DENY = new Deny();

    /** It runs. */
    record Allow() implements Ruling {}

    /**
     * A human decides.
     *
     * @param severity at least this, whatever effect and reach say
     * @param group who is asked; the deployment's configuration says who they are
     * @param expiry how long they may take; empty for the agent's {@link Limits#approvalExpiry}
     */
    record Ask(
        Severity severity,
        String group,
        Quorum quorum,
        Optional<Duration> expiry,
        OnExpiry onExpiry)
        implements Ruling {
      public static final String USUAL_GROUP = "approvers";

      /** One approver of the usual group, in the agent's own time. */
      public static final Ask USUAL =
          new Ask(Severity.LOW, USUAL_GROUP, Quorum.ONE, Optional.empty(), OnExpiry.STOP);

      public Ask atLeast(Severity floor) {
        return new Ask(severity.atLeast(floor), group, quorum, expiry, onExpiry);
      }

      public Ask of(Quorum changed) {
        return new Ask(severity, group, changed, expiry, onExpiry);
      }

      public Ask of(String changedGroup) {
        return new Ask(severity, changedGroup, quorum, expiry, onExpiry);
      }

      public Ask within(Duration time, OnExpiry then) {
        return new Ask(severity, group, quorum, Optional.of(time), then);
      }

      /** Both: the severer, the larger quorum, the shorter time; who is asked stays. */
      Ask and(Ask other) {
        Optional<Duration> shorter =
            Stream.concat(expiry.stream(), other.expiry.stream()).min(Duration::compareTo);
        return new Ask(
            severity.atLeast(other.severity), group, quorum.and(other.quorum), shorter, onExpiry);
      }
    }

    /** It never runs. */
    record Deny() implements Ruling {}
  }

  /**
   * What a gate may look at.
   *
   * @param effect empty when nobody knows the tool
   * @param confidence the model's own, if it gave one; it can only make the ruling stricter
   * @param tainted text from outside may have shaped this action
   */
  public record Subject(
      String tool,
      Optional<Effect> effect,
      Optional<BlastRadius> blastRadius,
      Optional<Double> confidence,
      boolean tainted) {
    public static Subject of(Tool tool, Optional<Double> confidence, boolean tainted) {
      return new Subject(
          tool.name(),
          Optional.of(tool.effect()),
          Optional.of(tool.blastRadius()),
          confidence,
          tainted);
    }

    /** A tool that is not there, or not any more. */
    public static Subject unknown(String tool) {
      return new Subject(tool, Optional.empty(), Optional.empty(), Optional.empty(), true);
    }
  }

  public Gate {
    table = List.copyOf(table);
    guards = List.copyOf(guards);
    byTool = Map.copyOf(byTool);
  }

  /** The same policy with an author's ruling for a tool. */
  public Gate with(String tool, Ruling ruling) {
    Map<String, Ruling> changed = new HashMap<>(byTool);
    changed.put(tool, ruling);
    return new Gate(table, guards, changed);
  }

  /** The same policy with one more guard. */
  public Gate withGuard(GateRule guard) {
    return new Gate(table, Stream.concat(guards.stream(), Stream.of(guard)).toList(), byTool);
  }

  /**
   * The same policy, where one rule says something else. A guard that allows is switched off.
   *
   * @throws IllegalArgumentException there is no rule of this id
   */
  public Gate withRule(String id, Ruling ruling) {
    List<String> ids = Stream.concat(table.stream(), guards.stream()).map(GateRule::id).toList();
    if (!ids.contains(id)) {
      throw new IllegalArgumentException("gate: there is no rule " + id + "; there are " + ids);
    }
    return new Gate(
        table.stream().map(rule -> rule.id().equals(id) ? rule.saying(ruling) : rule).toList(),
        guards.stream().map(rule -> rule.id().equals(id) ? rule.saying(ruling) : rule).toList(),
        byTool);
  }

  /** The groups that this policy may ask. */
  public Set<String> groups() {
    Set<String> groups = new TreeSet<>(Set.of(Ruling.Ask.USUAL_GROUP));
    Stream.concat(
            byTool.values().stream(),
            Stream.concat(table.stream(), guards.stream()).map(GateRule::then))
        .forEach(ruling -> {
          if (ruling instanceof Ruling.Ask ask) groups.add(ask.group());
        });
    return groups;
  }

  /** Judges one action: pure, and the same for the same subject. */
  public Judgement judge(Subject subject) {
    Judgement first = byTable(subject);
    Ruling ruling = first.ruling();
    List<String> ids = new ArrayList<>(first.ruleIds());
    List<String> words = new ArrayList<>(List.of(first.why()));
    for (GateRule guard : guards) {
      boolean speaks = guard.when().matches(subject) && !(guard.then() instanceof Ruling.Allow);
      if (!speaks) continue;
      ruling = stricter(ruling, guard.then());
      ids.add(guard.id());
      words.add(guard.words());
    }
    return new Judgement(weighed(ruling, subject), ids, String.join(" ", words));
  }

  private Judgement byTable(Subject subject) {
    Ruling own = byTool.get(subject.tool());
    // The author spoke for a tool that he knew; one that is gone is nobody's.
    if (own != null && subject.effect().isPresent()) {
      return new Judgement(
          own, List.of("tool:" + subject.tool()), "The agent's author decided so for this tool.");
    }
    return table.stream()
        .filter(rule -> rule.when().matches(subject))
        .findFirst()
        .map(rule -> new Judgement(rule.then(), List.of(rule.id()), rule.words()))
        .orElseGet(
            () -> new Judgement(UNKNOWN, List.of("unknown"), "No rule knows this kind of action."));
  }

  private static Ruling stricter(Ruling one, Ruling other) {
    return switch (one) {
      case Ruling.Deny _ -> one;
      case Ruling.Allow _ -> other;
      case Ruling.Ask mine ->
          switch (other) {
            case Ruling.Allow _ -> one;
            case Ruling.Ask theirs -> mine.and(theirs);
            case Ruling.Deny _ -> other;
          };
    };
  }

  private static Ruling weighed(Ruling ruling, Subject subject) {
    if (!(ruling instanceof Ruling.Ask ask)) return ruling;
    Severity own =
        subject.effect().isPresent() && subject.blastRadius().isPresent()
            ? Severity.of(subject.effect().get(), subject.blastRadius().get())
            : Severity.HIGH;
    return ask.atLeast(own);
  }
}
