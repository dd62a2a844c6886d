package dev.treadle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The definition of an agent. Its name is the {@code task_type} of its tasks; a task runs on the
 * instructions, limits, phases and tool schemas that the definition had when it started.
 *
 * @param name 1 to 64 of {@code a-z 0-9 -}, starting with a letter
 * @param model which model to ask, as the deployment's configuration names it
 * @param input what the trigger's payload must fit
 * @param output what {@code complete_task} must deliver
 * @param chains what the completion of a task starts; the deployed ones, like the gate
 * @param drift how the results of a series are judged; of the deployment, not pinned
 */
public record Agent(
    String name,
    String instructions,
    String model,
    Optional<Schema> input,
    Schema output,
    List<Tool> tools,
    List<Phase> phases,
    Limits limits,
    Gate gate,
    List<Chain> chains,
    DriftPolicy drift) {
  private static final Pattern LEGAL_NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");

  public Agent {
    if (!LEGAL_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "agent name must be 1 to 64 of a-z 0-9 -, starting with a letter, was \"" + name + '"');
    }
    tools = List.copyOf(tools);
    phases = List.copyOf(phases);
    chains = List.copyOf(chains);
    demandUnique(name, "tool", tools.stream().map(Tool::name).toList());
    demandUnique(name, "phase", phases.stream().map(Phase::name).toList());
    demandUnique(name, "chain", chains.stream().map(Chain::agent).toList());
    if (chains.size() > Chain.PER_AGENT_MAX) {
      throw new IllegalArgumentException(
          "agent %s: chains must be at most %d, were %d"
              .formatted(name, Chain.PER_AGENT_MAX, chains.size()));
    }
  }

  private static void demandUnique(String agent, String what, List<String> names) {
    for (String each : names) {
      if (names.indexOf(each) != names.lastIndexOf(each)) {
        throw new IllegalArgumentException(
            "agent %s has two %ss named %s".formatted(agent, what, each));
      }
    }
  }

  private static void demandDeliveries(String agent, List<Tool> tools, DriftPolicy drift) {
    for (String each : drift.deliveredBy()) {
      if (tools.stream().noneMatch(tool -> tool.name().equals(each) && !tool.isReadOnly())) {
        throw new IllegalArgumentException(
            "agent %s: drift names %s as delivering, which is no tool of it that acts"
                .formatted(agent, each));
      }
    }
  }

  public static Builder named(String name) {
    return new Builder(name);
  }

  /** The same agent with other tools. */
  public Agent with(List<Tool> changed) {
    return new Agent(
        name, instructions, model, input, output, changed, phases, limits, gate, chains, drift);
  }

  public Optional<Tool> tool(String toolName) {
    return tools.stream().filter(tool -> tool.name().equals(toolName)).findFirst();
  }

  /** SHA-256 over everything that shapes the agent's behaviour and is data. */
  public String hash() {
    ObjectNode definition = Json.object();
    definition.put("name", name).put("instructions", instructions).put("model", model);
    definition.set("output", output.json());
    ArrayNode toolList = definition.putArray("tools");
    tools.forEach(tool -> toolList.add(toolHash(tool)));
    definition.set("phases", Json.tree(phases));
    definition.set("limits", Json.tree(limits));
    definition.set("gate", Json.tree(gate));
    if (!chains.isEmpty()) definition.set("chains", Json.tree(chains));
    return CanonicalJson.digest(definition);
  }

  /** SHA-256 over what must not change under a running task: a tool's arguments and effect. */
  public static String toolHash(Tool tool) {
    ObjectNode shape = Json.object();
    shape.put("name", tool.name());
    shape.put("effect", tool.effect().name()).put("blast_radius", tool.blastRadius().name());
    shape.set("input", tool.input().json());
    return CanonicalJson.digest(shape);
  }

  /** Collects a definition; what is not said has the defaults of {@link Limits#DEFAULT}. */
  public static final class Builder {
    private final String name;
    private String instructions = "";
    private String model = "default";
    private Optional<Schema> input = Optional.empty();
    private Schema output = Schema.of(Json.object().put("type", "object"));
    private final List<Tool> tools = new ArrayList<>();
    private final List<Phase> phases = new ArrayList<>();
    private Limits limits = Limits.DEFAULT;
    private Gate gate = Gate.STANDARD;
    private final List<Chain> chains = new ArrayList<>();
    private DriftPolicy drift = DriftPolicy.OF_OUTPUT;

    private Builder(String name) {
      this.name = name;
    }

    public Builder instructions(String text) {
      instructions = text;
      return this;
    }

    public Builder model(String modelName) {
      model = modelName;
      return this;
    }

    public Builder input(Class<? extends Record> type) {
      input = Optional.of(Schema.of(type));
      return this;
    }

    public Builder output(Class<? extends Record> type) {
      output = Schema.of(type);
      return this;
    }

    public Builder tool(Tool tool) {
      tools.add(tool);
      return this;
    }

    public Builder phase(Phase phase) {
      phases.add(phase);
      return this;
    }

    public Builder limits(Limits ceilings) {
      limits = ceilings;
      return this;
    }

    public Builder gate(Gate rules) {
      gate = rules;
      return this;
    }

    /** Adds what the completion of a task starts. */
    public Builder then(Chain chain) {
      chains.add(chain);
      return this;
    }

    public Builder drift(DriftPolicy policy) {
      drift = policy;
      return this;
    }

    public Agent build() {
      demandDeliveries(name, tools, drift);
      return new Agent(
          name, instructions, model, input, output, tools, phases, limits, gate, chains, drift);
    }
  }
}
