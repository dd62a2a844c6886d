package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Fault;
import dev.treadle.Invocation;
import dev.treadle.Redaction;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Keeps tasks from asking a dependency that is down: after a few failures they are parked, one at a
 * time tries, and when that succeeds all go on. A parked task loses no iteration, attempt or money.
 *
 * <p>What stands in the table is believed for 5 s, and written only on failures and transitions.
 * Safe for several threads.
 */
public final class Breakers {
  /** How the note of a task begins that waits for what is down. */
  static final String PARKED = "parked: ";

  private static final Duration BELIEVED = Duration.ofSeconds(5);

  /** Parked tasks come back spread over this: what has just recovered is not run over. */
  private static final Duration SPREAD = Duration.ofMinutes(1);

  /** Who loses the race to write three times is one of many who count the same failure. */
  private static final int TRIES_MAX = 3;

  private final BreakerTable table;
  private final Worker worker;
  private final Map<String, Read> reads = new ConcurrentHashMap<>();

  private record Read(Breaker breaker, Instant at) {}

  public Breakers(BreakerTable table, Worker worker) {
    this.table = table;
    this.worker = worker;
  }

  /** The same agent, whose tools wait for what they depend on. */
  public Agent around(Agent agent) {
    return agent.with(agent.tools().stream().map(this::around).toList());
  }

  private Tool around(Tool tool) {
    if (tool.dependency().isEmpty()) return tool;
    String name = "tool:" + tool.dependency().get().name();
    Tool.Body<JsonNode> body = tool.body();
    return tool.behind(
        () -> admit(name), (arguments, invocation) -> noted(name, body, arguments, invocation));
  }

  private ToolOutcome noted(
      String name, Tool.Body<JsonNode> body, JsonNode arguments, Invocation invocation)
      throws Exception {
    ToolOutcome outcome;
    try {
      outcome = body.perform(arguments, invocation);
    } catch (Exception silent) {
      failed(name, String.valueOf(silent.getMessage()));
      throw silent;
    }
    switch (outcome) {
      case ToolOutcome.Unavailable(String why, Duration _) -> failed(name, why);
      case ToolOutcome.Succeeded _, ToolOutcome.Failed _ -> succeeded(name);
    }
    return outcome;
  }

  /** The same executor, which waits for the endpoint of the agent's model. */
  public StepExecutor around(StepExecutor executor) {
    return new StepExecutor() {
      @Override
      public StepResult execute(StepInput input, Actions actions) {
        // A recorded answer asks no model.
        if (input.recordedAnswer().isPresent()) return executor.execute(input, actions);
        String name = "model:" + input.agent().model();
        return admit(name)
            .<StepResult>map(wait -> parked(wait, Usage.NONE))
            .orElseGet(() -> noted(name, executor.execute(input, actions)));
      }

      @Override
      public Reserve firstReserve(Agent agent) {
        return executor.firstReserve(agent);
      }
    };
  }

  private StepResult noted(String name, StepResult result) {
    if (!(result instanceof StepResult.Faulted(Fault.Transient(String why, _), Usage usage))) {
      succeeded(name);
      return result;
    }
    failed(name, why);
    // The failure that opened it is no more the task's fault than those that it spares others.
    return admit(name).<StepResult>map(wait -> parked(wait, usage)).orElse(result);
  }

  private static StepResult parked(Tool.Wait wait, Usage usage) {
    return new StepResult.Faulted(new Fault.Parked(wait.why(), wait.until()), usage);
  }

  /** Nothing when a call may be made now; else until when to wait. */
  Optional<Tool.Wait> admit(String name) {
    Instant now = worker.now();
    Optional<Breaker> standing = believed(name, now).filter(Breaker::isOpen);
    if (standing.isEmpty()) return Optional.empty();
    Breaker breaker = standing.get();
    if (breaker.mayProbe(now) && isWritten(breaker.probing(now), now)) return Optional.empty();
    return Optional.of(wait(believed(name, now).orElse(breaker), now));
  }

  private Tool.Wait wait(Breaker breaker, Instant now) {
    Instant due = breaker.probeDue(now);
    Instant until =
        (due.isAfter(now) ? due : now).plusMillis(1 + worker.random().nextLong(SPREAD.toMillis()));
    return new Tool.Wait(
        until,
        PARKED
            + "breaker open for %s until %s: %s"
                .formatted(breaker.dependency(), until, breaker.why()));
  }

  private void failed(String name, String why) {
    String words = Redaction.byShape(why);
    move(
        name,
        breaker -> {
          Instant now = worker.now();
          boolean isProbe = breaker.probeUntil() instanceof Instant until && until.isAfter(now);
          return isProbe ? breaker.probeFailed(words, now) : breaker.failed(words, now);
        });
  }

  private void succeeded(String name) {
    if (believed(name, worker.now()).filter(Breaker::isOpen).isEmpty()) return;
    move(name, breaker -> breaker.isOpen() ? breaker.probeSucceeded(worker.now()) : breaker);
  }

  private void move(String name, UnaryOperator<Breaker> transition) {
    for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
      Instant now = worker.now();
      Breaker standing = read(name, now).orElseGet(() -> Breaker.closed(name, now));
      Breaker next = transition.apply(standing);
      if (next.equals(standing) || isWritten(next, now)) return;
    }
  }

  private Optional<Breaker> believed(String name, Instant now) {
    Read read = reads.get(name);
    return read != null && now.isBefore(read.at().plus(BELIEVED))
        ? Optional.of(read.breaker())
        : read(name, now);
  }

  private Optional<Breaker> read(String name, Instant now) {
    Optional<Breaker> found = table.find(name);
    reads.put(name, new Read(found.orElseGet(() -> Breaker.closed(name, now)), now));
    return found;
  }

  private boolean isWritten(Breaker next, Instant now) {
    boolean written = table.replace(next);
    if (written) reads.put(next.dependency(), new Read(next, now));
    else reads.remove(next.dependency());
    return written;
  }
}
