package dev.treadle.agents.runner;

import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.tool.HttpPost;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Gives each item of a list to an interface that fails now and then, once, and reports.
 *
 * <p>What passes (429, 5xx, silence) is tried again under the item's key, by queue delay; while the
 * interface is down the task is parked. What the interface refuses is a result, and the rest of the
 * list goes on.
 */
public final class RunnerAgent {
  public static final String NAME = "runner";
  static final String PROCESS = "process_item";
  private static final String INSTRUCTIONS =
      """
      You work through a list. Take one batch of the input after the other, in order, and call
      process_item for each of its items, all in one answer. An item that is not done, with a
      reason, is a result: go on, and do not ask for it again. After the last batch call tally, and
      then complete_task with what tally said.
      """;

  /** A list of several hundred items, ten in a step. */
  private static final int MAX_ITERATIONS = 60;

  /** An outage costs one attempt for each failure until the breaker opens, and none after that. */
  private static final Limits.Retries RETRIES = new Limits.Retries(8, 60);

  private static final Limits.Budget BUDGET =
      new Limits.Budget(5_000_000, 2_000_000, 600, Duration.ofDays(1));

  /** How long the interface remembers a key. */
  private static final Duration REMEMBERED = Duration.ofHours(24);

  private final HttpPost post;
  private final URI items;

  /**
   * The agent.
   *
   * @param items takes a {@link WorkItem} as JSON, and performs requests of equal keys once, for a
   *     day
   */
  public RunnerAgent(HttpPost post, URI items) {
    this.post = post;
    this.items = items;
  }

  /** No arguments. */
  public record Nothing() {}

  public Agent agent() {
    return Agent.named(NAME)
        .instructions(INSTRUCTIONS)
        .input(RunnerInput.class)
        .output(RunnerOutcome.class)
        .limits(
            Limits.DEFAULT
                .withMaxIterations(MAX_ITERATIONS)
                .withRetries(RETRIES)
                .withBudget(BUDGET))
        .tool(processItem())
        .tool(tally())
        .build();
  }

  private Tool processItem() {
    HttpPost.Target target =
        new HttpPost.Target(
            PROCESS,
            "Has one item processed. The answer says whether it was done, and if not, why.",
            items,
            BlastRadius.LOW,
            WorkItem.class,
            Map.of());
    Tool posting = post.idempotent(target, REMEMBERED);
    return Tool.idempotent(
            target.name(),
            target.description(),
            target.blastRadius(),
            REMEMBERED,
            WorkItem.class,
            (item, call) -> process(posting, item, call))
        .dependingOn(items.getHost());
  }

  /** A refusal is a result with the item's name, so that the tally can say which and why. */
  private static ToolOutcome process(Tool posting, WorkItem item, Invocation call)
      throws Exception {
    return switch (posting.body().perform(Json.tree(item), call)) {
      case ToolOutcome.Succeeded _ ->
          ToolOutcome.succeeded(new WorkResult(item.id(), true, Optional.empty()));
      case ToolOutcome.Failed(String why) ->
          ToolOutcome.succeeded(new WorkResult(item.id(), false, Optional.of(why)));
      case ToolOutcome.Unavailable later -> later;
    };
  }

  private static Tool tally() {
    return Tool.readOnly(
        "tally",
        "Counts what became of the items so far.",
        Nothing.class,
        (_, call) -> ToolOutcome.succeeded(Tally.of(call.past().get())));
  }
}
