package dev.treadle;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One line of a gate's policy.
 *
 * @param id named in every ruling, so that a person can look it up
 * @param words why it is there, in a sentence that an approver reads
 */
public record GateRule(String id, Match when, Gate.Ruling then, String words) {
  private static final double SURE = Limits.DEFAULT.confidenceThreshold();

  static final List<GateRule> STANDARD_TABLE =
      List.of(
          new GateRule(
              "reads-only",
              Match.of(Effect.READ_ONLY),
              Gate.Ruling.ALLOW,
              "It only reads and changes nothing."),
          new GateRule(
              "small-and-undoable",
              Match.of(Effect.IDEMPOTENT, Effect.REVERSIBLE).upTo(BlastRadius.LOW),
              Gate.Ruling.ALLOW,
              "It can be undone or repeated, and its reach is small."),
          new GateRule(
              "reaches-far",
              Match.of(Effect.IDEMPOTENT, Effect.REVERSIBLE).from(BlastRadius.MEDIUM),
              Gate.Ruling.ASK,
              "It reaches beyond the task itself."),
          new GateRule(
              "cannot-be-undone",
              Match.of(Effect.IRREVERSIBLE),
              Gate.Ruling.ASK,
              "It cannot be undone."));

  static final List<GateRule> STANDARD_GUARDS =
      List.of(
          new GateRule(
              "outside-text",
              Match.of(Effect.IRREVERSIBLE).tainted(),
              Gate.Ruling.Ask.USUAL.atLeast(Severity.HIGH),
              "Text from outside was read before, and may have asked for it."),
          new GateRule(
              "outside-text-far",
              Match.of(Effect.IDEMPOTENT, Effect.REVERSIBLE).from(BlastRadius.MEDIUM).tainted(),
              Gate.Ruling.Ask.USUAL.atLeast(Severity.MEDIUM),
              "Text from outside was read before, and may have asked for it."),
          new GateRule(
              "unsure-and-final",
              Match.of(Effect.IRREVERSIBLE).below(SURE),
              Gate.Ruling.Ask.USUAL.atLeast(Severity.HIGH),
              "The model itself is not sure, and it cannot be undone."),
          new GateRule(
              "unsure-and-far",
              Match.of(Effect.IDEMPOTENT, Effect.REVERSIBLE).from(BlastRadius.MEDIUM).below(SURE),
              Gate.Ruling.Ask.USUAL.atLeast(Severity.MEDIUM),
              "The model itself is not sure, and it reaches beyond the task."));

  /**
   * Which actions a rule is about: all that fit every part.
   *
   * @param least smallest reach
   * @param most largest reach
   * @param confidenceBelow only when the model gave a confidence below this
   * @param onlyTainted only when text from outside may have shaped the action
   */
  public record Match(
      Set<Effect> effects,
      BlastRadius least,
      BlastRadius most,
      Optional<Double> confidenceBelow,
      boolean onlyTainted) {
    public Match {
      // In one order, whatever the process: the policy is part of the agent's hash.
      effects = Collections.unmodifiableSet(EnumSet.copyOf(effects));
    }

    public static Match of(Effect first, Effect... others) {
      return new Match(
          EnumSet.of(first, others),
          BlastRadius.NONE,
          BlastRadius.VERY_HIGH,
          Optional.empty(),
          false);
    }

    public Match from(BlastRadius radius) {
      return new Match(effects, radius, most, confidenceBelow, onlyTainted);
    }

    public Match upTo(BlastRadius radius) {
      return new Match(effects, least, radius, confidenceBelow, onlyTainted);
    }

    public Match below(double confidence) {
      return new Match(effects, least, most, Optional.of(confidence), onlyTainted);
    }

    public Match tainted() {
      return new Match(effects, least, most, confidenceBelow, true);
    }

    boolean matches(Gate.Subject subject) {
      return subject.effect().filter(effects::contains).isPresent()
          && subject
              .blastRadius()
              .filter(radius -> radius.compareTo(least) >= 0 && radius.compareTo(most) <= 0)
              .isPresent()
          && (confidenceBelow.isEmpty()
              // Not a number is not sure: a comparison with it would be false.
              || subject
                  .confidence()
                  .filter(given -> !(given >= confidenceBelow.get()))
                  .isPresent())
          && (!onlyTainted || subject.tainted());
    }
  }

  public GateRule {
    if (id.isBlank()) throw new IllegalArgumentException("gate: a rule needs an id");
  }

  GateRule saying(Gate.Ruling other) {
    return new GateRule(id, when, other, words);
  }
}
