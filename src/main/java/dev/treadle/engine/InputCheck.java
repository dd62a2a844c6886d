package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.Violation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What the input of every task must be, whatever starts it. */
final class InputCheck {
  private static final String FIELD = "input_data";

  private InputCheck() {}

  /**
   * The rules that an input breaks.
   *
   * @param agent empty when the start names none, and then only the rules of all agents count
   */
  static List<Violation> violations(JsonNode input, Optional<Agent> agent) {
    if (!(input instanceof ObjectNode)) {
      String rule = input.isMissingNode() ? "is missing" : "must be a JSON object";
      return List.of(new Violation(FIELD, rule));
    }
    int bytes = bytes(input);
    if (bytes > Defaults.INPUT_BYTES_MAX) {
      return List.of(
          new Violation(
              FIELD,
              "must be at most %d bytes as JSON, was %d"
                  .formatted(Defaults.INPUT_BYTES_MAX, bytes)));
    }
    return agent.flatMap(Agent::input).stream()
        .flatMap(schema -> schema.violations(input).stream())
        .map(InputCheck::inInput)
        .toList();
  }

  static int bytes(JsonNode input) {
    return input.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  private static Violation inInput(Violation violation) {
    String place = violation.field().startsWith("/") ? violation.field() : "";
    return new Violation(FIELD + place, violation.rule());
  }
}
