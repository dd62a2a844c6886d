package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * What a step has to say beside its results.
 *
 * @param mutations a JSON Merge Patch on working memory, from the model's {@code state_mutations}
 * @param confidence from 0 to 1, the model's own; a signal, not a truth
 * @param completion the output that the model wants to end with, already valid
 * @param errors what was wrong with the answer, for the error count
 * @param notices what the model must read before its next answer, beside its results
 * @param usage of the model call; nothing when a recorded answer was used
 * @param nextReserve what the next step may spend at most
 */
public record StepReport(
    ObjectNode mutations,
    Optional<Double> confidence,
    Optional<Completion> completion,
    List<String> errors,
    List<String> notices,
    Usage usage,
    Reserve nextReserve) {
  /** An explicit success signal: the only way to succeed. */
  public sealed interface Completion {
    JsonNode output();

    record OfTask(JsonNode output) implements Completion {}

    record OfPhase(JsonNode output) implements Completion {}
  }

  public StepReport {
    errors = List.copyOf(errors);
    notices = List.copyOf(notices);
  }
}
