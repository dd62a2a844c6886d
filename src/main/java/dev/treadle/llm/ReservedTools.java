package dev.treadle.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.Json;
import dev.treadle.Phase;
import dev.treadle.Schema;
import dev.treadle.StepInput;
import dev.treadle.Tool;
import dev.treadle.llm.ModelRequest.ToolSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tools by which a model speaks to the loop itself; no agent may name its own like them. */
final class ReservedTools {
  static final String COMPLETE_TASK = "complete_task";
  static final String COMPLETE_PHASE = "complete_phase";
  static final String REPORT_STEP = "report_step";
  private static final Set<String> NAMES = Set.of(COMPLETE_TASK, COMPLETE_PHASE, REPORT_STEP);

  /** The arguments of a completion; the output is checked against the agent's own schema. */
  static final Schema COMPLETION =
      Schema.of(objectOf("output").set("properties", completionProperties(Json.object())));

  static final Schema REPORT = Schema.of(report());

  private ReservedTools() {}

  /** What is wrong with an agent whose own tool has a reserved name. */
  static Optional<String> clash(Agent agent) {
    return agent.tools().stream()
        .map(Tool::name)
        .filter(NAMES::contains)
        .findFirst()
        .map("the tool name %s is reserved, give the tool another one"::formatted);
  }

  /** The one of the two completions that this step may use. */
  static String completion(StepInput input) {
    return isLastPhase(input) ? COMPLETE_TASK : COMPLETE_PHASE;
  }

  private static boolean isLastPhase(StepInput input) {
    List<Phase> phases = input.agent().phases();
    return phases.isEmpty()
        || input.phase().map(phase -> phase.name().equals(phases.getLast().name())).orElse(true);
  }

  static List<ToolSpec> offered(StepInput input) {
    ToolSpec completion =
        isLastPhase(input)
            ? new ToolSpec(
                COMPLETE_TASK,
                "Ends the task with its output. Call it alone, or with report_step only.",
                completionSpec(input.agent().output().json()))
            : new ToolSpec(
                COMPLETE_PHASE,
                "Ends this phase with what it found. Call it alone, or with report_step only.",
                completionSpec(Json.object()));
    return List.of(
        completion,
        new ToolSpec(
            REPORT_STEP,
            "Reports on this step, beside the other calls: how sure you are, and what to remember.",
            report()));
  }

  private static ObjectNode completionSpec(ObjectNode output) {
    ObjectNode spec = objectOf("output");
    // References inside the output's schema start at the root of the document.
    if (output.remove("$defs") instanceof ObjectNode definitions) spec.set("$defs", definitions);
    output.remove("$schema");
    return spec.set("properties", completionProperties(output));
  }

  private static ObjectNode completionProperties(ObjectNode output) {
    ObjectNode properties = Json.object();
    properties.set("output", output);
    properties.set("confidence", confidence());
    return properties;
  }

  private static ObjectNode report() {
    ObjectNode properties = Json.object();
    properties.set("confidence", confidence());
    properties
        .putObject("state_mutations")
        .put("type", "object")
        .put("description", "JSON Merge Patch on working memory; null removes a field");
    properties
        .putObject("pin")
        .put("type", "object")
        .put(
            "description",
            "facts to keep word for word for the whole task, by a short name; null unpins one")
        .putObject("additionalProperties")
        .putArray("type")
        .add("string")
        .add("null");
    properties.putObject("note").put("type", "string").put("description", "one short sentence");
    return Json.object()
        .put("type", "object")
        .put("additionalProperties", false)
        .set("properties", properties);
  }

  private static ObjectNode objectOf(String required) {
    ObjectNode schema = Json.object().put("type", "object").put("additionalProperties", false);
    schema.putArray("required").add(required);
    return schema;
  }

  private static ObjectNode confidence() {
    return Json.object()
        .put("type", "number")
        .put("minimum", 0)
        .put("maximum", 1)
        .put("description", "how sure you are, from 0 to 1");
  }
}
