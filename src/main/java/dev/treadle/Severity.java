package dev.treadle;

/** How much a decision weighs: what an approver sees first, and what a quorum is chosen by. */
public enum Severity {
  LOW,
  MEDIUM,
  HIGH,
  VERY_HIGH;

  /**
   * What the effect and the reach of an action make of it; reach counts one less if it can undo.
   */
  public static Severity of(Effect effect, BlastRadius radius) {
    return switch (effect) {
      case READ_ONLY -> LOW;
      case IDEMPOTENT, REVERSIBLE ->
          switch (radius) {
            case NONE, LOW, MEDIUM -> LOW;
            case HIGH -> MEDIUM;
            case VERY_HIGH -> HIGH;
          };
      case IRREVERSIBLE ->
          switch (radius) {
            case NONE, LOW -> LOW;
            case MEDIUM -> MEDIUM;
            case HIGH -> HIGH;
            case VERY_HIGH -> VERY_HIGH;
          };
    };
  }

  public Severity atLeast(Severity other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
