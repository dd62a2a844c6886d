package dev.treadle.llm.scripted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A script for a model; its package describes the document.
 *
 * @param reserve what one answer may cost at most
 */
public record Scenario(String name, Reserve reserve, List<Line> lines) {
  /** Something that the script plays. */
  sealed interface Line {}

  /**
   * An answer.
   *
   * @param report the arguments of a {@code report_step} beside the calls
   * @param forEach refers to an array; the calls are made once for each element
   */
  record Answer(
      Optional<String> text,
      List<Call> calls,
      Optional<ObjectNode> report,
      Optional<String> forEach,
      Optional<When> when,
      int repeat,
      Usage usage)
      implements Line {}

  record Call(String tool, ObjectNode arguments) {}

  /** Holds when the newest result of the tool is of this kind. */
  record When(String tool, boolean failed) {}

  /** A request that fails, so many times in the life of one {@link ScriptedModel}. */
  record Fault(Kind kind, String why, Duration retryAfter, int times) implements Line {
    enum Kind {
      UNAVAILABLE,
      REFUSED,
      HOPELESS
    }
  }

  public Scenario {
    lines = List.copyOf(lines);
  }

  /**
   * Reads a scenario.
   *
   * @throws IllegalArgumentException naming every place that breaks a rule, and the rule
   */
  public static Scenario parse(String document) {
    try {
      JsonNode tree = Json.parse(document);
      return ScenarioReader.read(tree);
    } catch (Json.MalformedJson malformed) {
      throw new IllegalArgumentException(
          "the scenario is not JSON: " + malformed.getMessage(), malformed);
    }
  }
}
