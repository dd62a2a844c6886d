package dev.treadle.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.agents.ScriptedRun;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UmbrellaAgentTest {
  private final Agent agent = new UmbrellaAgent().agents().getFirst();

  @Test
  void aPersonIsAskedBeforeTheTeamIsTold() {
    assertThat(ruling("weather")).isInstanceOf(Gate.Ruling.Allow.class);
    assertThat(ruling("tell_team")).isInstanceOf(Gate.Ruling.Ask.class);
  }

  @Test
  void theScriptRunsToItsEndWithTheRealTools() throws Exception {
    JsonNode output =
        new ScriptedRun(agent, new TaskId("umbrella-1"), Set.of())
            .outputFor(Json.parse("{\"name\": \"Bergen\"}"));

    assertThat(output.at("/umbrella").booleanValue()).isTrue();
  }

  @Test
  void anInputWithoutACityIsRefusedByName() throws Exception {
    assertThat(agent.input().orElseThrow().violations(Json.parse("{}")).toString())
        .contains("name");
  }

  private Gate.Ruling ruling(String name) {
    Tool tool = agent.tool(name).orElseThrow();
    return agent.gate().judge(Gate.Subject.of(tool, Optional.of(0.9), false)).ruling();
  }
}
