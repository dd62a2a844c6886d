package dev.treadle.engine;

import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Fault;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.Tool;
import dev.treadle.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Parks what people have halted, before its next step or call, as an open breaker does: no task
 * loses an iteration, an attempt or money, but deadlines and questions run on. A call that is out
 * already is not taken back.
 *
 * <p>A worker believes what it read for 5 s; after that a halt holds everywhere. Safe for several
 * threads.
 */
public final class HaltCheck {
  /** How the note of a task that is halted begins. */
  static final String HALTED = "halted by ";

  private static final Duration BELIEVED = Duration.ofSeconds(5);

  /** A halt that was lifted at once keeps nobody for long; one that stands is not asked often. */
  private static final Duration PAUSE_MIN = Duration.ofSeconds(15);

  private static final Duration PAUSE_MAX = Duration.ofMinutes(5);

  private final BreakerTable table;
  private final InstantSource clock;
  private volatile Read read = new Read(Halts.NONE, Instant.EPOCH);

  private record Read(Halts halts, Instant at) {}

  public HaltCheck(BreakerTable table, InstantSource clock) {
    this.table = table;
    this.clock = clock;
  }

  /** The same agent, whose tools wait while they or it are halted. */
  public Agent around(Agent agent) {
    String own = Halt.ofAgent(agent.name());
    UnaryOperator<Tool> around =
        tool -> {
          List<String> things = List.of(Halt.EVERYTHING, own, Halt.ofTool(tool.name()));
          return tool.haltedBy(() -> parked(things));
        };
    return agent.with(agent.tools().stream().map(around).toList());
  }

  /** The same executor, which begins no step while the agent is halted. */
  public StepExecutor around(StepExecutor executor) {
    return new StepExecutor() {
      @Override
      public StepResult execute(StepInput input, Actions actions) {
        return parked(List.of(Halt.EVERYTHING, Halt.ofAgent(input.agent().name())))
            .<StepResult>map(wait ->
                new StepResult.Faulted(new Fault.Parked(wait.why(), wait.until()), Usage.NONE))
            .orElseGet(() -> executor.execute(input, actions));
      }

      @Override
      public Reserve firstReserve(Agent agent) {
        return executor.firstReserve(agent);
      }
    };
  }

  private Optional<Tool.Wait> parked(List<String> things) {
    Instant now = clock.instant();
    return believed(now).of(things).map(halt -> wait(halt, now));
  }

  private static Tool.Wait wait(Halt halt, Instant now) {
    Duration stood = Duration.between(halt.at(), now);
    Duration pause = stood.compareTo(PAUSE_MIN) < 0 ? PAUSE_MIN : stood;
    Instant until = now.plus(pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause);
    return new Tool.Wait(
        until, "%s%s: %s: %s".formatted(HALTED, halt.by(), halt.what(), halt.why()));
  }

  private Halts believed(Instant now) {
    Read known = read;
    if (now.isBefore(known.at().plus(BELIEVED))) return known.halts();
    Halts halts = table.halts();
    read = new Read(halts, now);
    return halts;
  }
}
