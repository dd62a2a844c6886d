package dev.treadle.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.CanonicalJson;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Phase;
import dev.treadle.Schema;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a task started with: the payload, and the agent's definition as it was then. Written once.
 *
 * @param inputDigest decides whether the same id means the same task
 * @param series absent for a task that stands alone; not part of the digest
 * @param tools what must not change under a running task, by tool name
 * @param lineage absent but in a task that a chain started
 * @param fromOutside a stranger gave the payload, though a person started the task: a fork of one
 *     that a webhook or a chain started
 */
public record TaskInput(
    int schema,
    TaskId taskId,
    JsonNode inputData,
    String inputDigest,
    @Nullable SeriesKey series,
    String agentHash,
    String instructions,
    String model,
    Limits limits,
    List<Phase> phases,
    ObjectNode output,
    Map<String, String> tools,
    @Nullable Lineage lineage,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean fromOutside) {
  public static final int SCHEMA = 1;

  /**
   * Where a task stands in its chain.
   *
   * @param root the chain's first task, whose budget all of them share
   * @param depth 1 for what the root started
   */
  public record Lineage(TaskId root, int depth) {}

  public TaskInput {
    phases = List.copyOf(phases);
    tools = Collections.unmodifiableSortedMap(new TreeMap<>(tools)); // Stored in one order.
  }

  static TaskInput of(
      TaskId id,
      JsonNode inputData,
      @Nullable SeriesKey series,
      Agent agent,
      Limits limits,
      @Nullable Lineage lineage) {
    Map<String, String> toolHashes = new TreeMap<>();
    agent.tools().forEach(tool -> toolHashes.put(tool.name(), Agent.toolHash(tool)));
    return new TaskInput(
        SCHEMA,
        id,
        inputData,
        digest(agent.name(), inputData),
        series,
        agent.hash(),
        agent.instructions(),
        agent.model(),
        limits,
        agent.phases(),
        agent.output().json(),
        toolHashes,
        lineage,
        false);
  }

  /** Equal for starts that mean the same task. */
  static String digest(String taskType, JsonNode inputData) {
    ObjectNode payload = Json.object().put("task_type", taskType);
    payload.set("input_data", inputData);
    return CanonicalJson.digest(payload);
  }

  /** The pinned tools that the deployed agent lacks or has changed, in words. */
  List<String> missingFrom(Agent deployed) {
    List<String> missing = new ArrayList<>();
    new TreeMap<>(tools)
        .forEach((name, hash) -> {
          if (deployed.tool(name).isEmpty()) missing.add("tool " + name + " is gone");
          else if (!deployed.tool(name).map(Agent::toolHash).equals(java.util.Optional.of(hash)))
            missing.add("tool " + name + " has another schema or effect");
        });
    return missing;
  }

  /** The agent that this task runs on: pinned data with the deployed tools' bodies and gate. */
  Agent pinned(Agent deployed) {
    List<Tool> pinnedTools =
        deployed.tools().stream().filter(tool -> tools.containsKey(tool.name())).toList();
    return new Agent(
        deployed.name(),
        instructions,
        model,
        deployed.input(),
        outputOf(deployed),
        pinnedTools,
        phases,
        limits,
        deployed.gate(),
        deployed.chains(),
        deployed.drift());
  }

  /** Compiling a schema costs more than a claim, and a definition rarely changes under a task. */
  private Schema outputOf(Agent deployed) {
    return deployed.output().isOf(output) ? deployed.output() : Schema.of(output);
  }

  /** The same for a fork, which a person starts: what a stranger gave stays a stranger's. */
  TaskInput forkedAs(TaskId fork, Task source) {
    return new TaskInput(
        schema,
        fork,
        inputData,
        inputDigest,
        series,
        agentHash,
        instructions,
        model,
        limits,
        phases,
        output,
        tools,
        lineage,
        fromOutside || Taint.startedFromOutside(source));
  }
}
