package dev.treadle.example;

import dev.treadle.Agent;
import dev.treadle.AgentSource;
import dev.treadle.BlastRadius;
import dev.treadle.Invocation;
import dev.treadle.Limits;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import java.util.List;

public final class UmbrellaAgent implements AgentSource {
  public record City(String name) {}

  public record Message(String text) {}

  public record Advice(boolean umbrella, String because) {}

  @Override
  public List<Agent> agents() {
    return List.of(
        Agent.named("umbrella")
            .instructions("Say whether the team in this city needs an umbrella, and tell them.")
            .input(City.class)
            .output(Advice.class)
            .tool(Tool.readOnly("weather", "Today's weather", City.class, this::weather))
            .tool(
                Tool.irreversible(
                    "tell_team", "Posts to the team", BlastRadius.LOW, Message.class, this::tell))
            .limits(Limits.DEFAULT.withMaxIterations(8))
            .build());
  }

  private ToolOutcome weather(City city, Invocation call) {
    return ToolOutcome.succeeded(city.name() + ": rain from noon");
  }

  private ToolOutcome tell(Message message, Invocation call) {
    // call.key() is the same for every repetition of this action: give it to your provider.
    return ToolOutcome.succeeded("posted");
  }
}
