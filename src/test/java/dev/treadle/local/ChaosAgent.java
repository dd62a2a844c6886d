package dev.treadle.local;

import dev.treadle.Agent;
import dev.treadle.AgentSource;
import dev.treadle.BlastRadius;
import dev.treadle.Gate;
import dev.treadle.Invocation;
import dev.treadle.Limits;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The agent of {@link Chaos}: it changes the world of an {@link EffectServer} in every way that the
 * ledger knows. Posts and payments carry no key, so only the ledger keeps them from happening
 * twice.
 */
public final class ChaosAgent implements AgentSource {
  /** Names the port of the effect server. */
  static final String PORT = "treadle.chaos.port";

  private static final Duration KEY_WINDOW = Duration.ofHours(24);

  /** A kill costs an attempt, and kills come faster here than anywhere else. */
  private static final Limits.Retries RETRIES = new Limits.Retries(100, 1_000);

  public record Nothing() {}

  public record Deed(String what) {}

  @Override
  public List<Agent> agents() {
    if (System.getProperty(PORT) == null) return List.of();
    EffectClient effects = new EffectClient(Integer.getInteger(PORT));
    return List.of(
        Agent.named("chaos")
            .instructions("Change the world, each thing once.")
            .tool(
                Tool.readOnly(
                    "look", "Looks", Nothing.class, (_, _) -> ToolOutcome.succeeded("all is well")))
            .tool(
                Tool.idempotent(
                    "book",
                    "Books with a key",
                    BlastRadius.LOW,
                    KEY_WINDOW,
                    Deed.class,
                    (deed, call) -> perform(effects, deed, call, Optional.of(call.key()))))
            .tool(
                Tool.irreversible(
                    "post",
                    "Posts without a key",
                    BlastRadius.LOW,
                    Deed.class,
                    (deed, call) -> perform(effects, deed, call, Optional.empty())))
            .tool(
                Tool.irreversible(
                    "pay",
                    "Pays without a key, after a human said so",
                    BlastRadius.HIGH,
                    Deed.class,
                    (deed, call) -> perform(effects, deed, call, Optional.empty())))
            .gate(Gate.STANDARD.with("post", Gate.Ruling.ALLOW))
            .limits(Limits.DEFAULT.withRetries(RETRIES))
            .build());
  }

  private static ToolOutcome perform(
      EffectClient effects, Deed deed, Invocation call, Optional<String> key)
      throws IOException, InterruptedException {
    effects.perform(call.taskId(), deed.what(), key);
    return ToolOutcome.succeeded(deed.what() + " happened");
  }
}
