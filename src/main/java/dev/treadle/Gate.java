package dev.treadle;

import java.util.HashMap;
import java.util.Map;

/**
 * The rule that says whether an action needs a human: reversibility by blast radius, with what an
 * agent's author decided for single tools. What no rule names is asked.
 *
 * <p>Nothing that a model writes reaches this rule.
 *
 * @param byTool an author's ruling for single tools, by name
 */
public record Gate(Map<String, Ruling> byTool) {
  /** The standard table alone. */
  public static final Gate STANDARD = new Gate(Map.of());

  /** What a gate says about an action. */
  public enum Ruling {
    ALLOW,
    ASK,
    DENY
  }

  public Gate {
    byTool = Map.copyOf(byTool);
  }

  public Gate with(String tool, Ruling ruling) {
    Map<String, Ruling> changed = new HashMap<>(byTool);
    changed.put(tool, ruling);
    return new Gate(changed);
  }

  public Ruling judge(Tool tool) {
    Ruling ruled = byTool.get(tool.name());
    return ruled != null ? ruled : standard(tool.effect(), tool.blastRadius());
  }

  private static Ruling standard(Effect effect, BlastRadius radius) {
    return switch (effect) {
      case READ_ONLY -> Ruling.ALLOW;
      case IDEMPOTENT, REVERSIBLE ->
          switch (radius) {
            case NONE, LOW -> Ruling.ALLOW;
            case MEDIUM, HIGH, VERY_HIGH -> Ruling.ASK;
          };
      case IRREVERSIBLE -> Ruling.ASK;
    };
  }
}
