package dev.treadle;

/**
 * A part of an agent's work with its own instructions and cap. The next phase starts when the model
 * calls {@code complete_phase} or the cap is reached.
 */
public record Phase(String name, String instructions, int maxIterations) {
  public static final int DEFAULT_MAX_ITERATIONS = 5;

  public Phase {
    if (name.isBlank()) throw new IllegalArgumentException("phase name must not be blank");
    if (maxIterations < 1 || maxIterations > Limits.MAX_ITERATIONS_CEILING) {
      throw new IllegalArgumentException(
          "phase %s: max_iterations must be from 1 to %d, was %d"
              .formatted(name, Limits.MAX_ITERATIONS_CEILING, maxIterations));
    }
  }

  public static Phase named(String name, String instructions) {
    return new Phase(name, instructions, DEFAULT_MAX_ITERATIONS);
  }
}
