package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.CallResult;
import dev.treadle.Fault;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepReport;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.ToolCall;
import dev.treadle.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An executor that plays a script in place of a model. An answer is a stored document like a real
 * model's, so that a recorded one is played again without asking the script.
 */
final class Script implements StepExecutor {
  static final Reserve RESERVE = new Reserve(2_000, 400);

  /** What the model would say to a step. */
  interface Brain {
    Move think(StepInput input);
  }

  /** A model that cannot be reached, or that answers with rubbish. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient Fault fault;

    Broken(Fault fault) {
      super(fault.message());
      this.fault = fault;
    }
  }

  /** One scripted answer. */
  record Move(
      List<ToolCall> calls,
      @Nullable ObjectNode mutations,
      @Nullable Double confidence,
      @Nullable JsonNode output,
      @Nullable JsonNode phaseOutput,
      List<String> errors,
      Usage usage) {
    static Move of(ToolCall... calls) {
      return new Move(List.of(calls), null, null, null, null, List.of(), new Usage(100, 10, 1_000));
    }

    static Move complete() {
      return of().ending(Json.object().put("ok", true));
    }

    Move ending(JsonNode withOutput) {
      return new Move(calls, mutations, confidence, withOutput, phaseOutput, errors, usage);
    }

    Move endingPhase() {
      return new Move(calls, mutations, confidence, output, Json.object(), errors, usage);
    }

    Move noting(ObjectNode patch) {
      return new Move(calls, patch, confidence, output, phaseOutput, errors, usage);
    }

    Move sure(double howSure) {
      return new Move(calls, mutations, howSure, output, phaseOutput, errors, usage);
    }

    Move wrong(String error) {
      return new Move(calls, mutations, confidence, output, phaseOutput, List.of(error), usage);
    }

    Move costing(Usage used) {
      return new Move(calls, mutations, confidence, output, phaseOutput, errors, used);
    }
  }

  private final Brain brain;
  private final Io faults;
  Reserve reserve = RESERVE;
  final List<StepInput> inputs = new ArrayList<>();
  int modelCalls;
  final Map<TaskId, Long> microsSpent = new HashMap<>();
  final Map<TaskId, Long> tokensSpent = new HashMap<>();

  Script(Brain brain, Io faults) {
    this.brain = brain;
    this.faults = faults;
  }

  /** Plays the moves one after the other, however many iterations owed calls take in between. */
  static Brain moves(Move... moves) {
    return input -> {
      long said = input.turns().stream().filter(turn -> !turn.answer().isEmpty()).count();
      return moves[(int) said];
    };
  }

  static ToolCall call(String id, String tool, String text) {
    return new ToolCall(id, tool, Json.object().put("text", text));
  }

  @Override
  public StepResult execute(StepInput input, Actions actions) {
    inputs.add(input);
    Move move;
    try {
      move = input.recordedAnswer().map(Script::read).orElseGet(() -> ask(input));
    } catch (Broken broken) {
      return new StepResult.Faulted(broken.fault, Usage.NONE);
    }
    Usage usage = input.recordedAnswer().isPresent() ? Usage.NONE : move.usage();
    JsonNode answer = Json.tree(move);
    if (move.calls().isEmpty()) return advanced(answer, move, List.of(), usage);
    var proposal =
        new Actions.Proposal(
            answer, move.calls(), Optional.ofNullable(move.confidence()), "I think that is right.");
    return switch (actions.perform(proposal)) {
      case Actions.Performed(List<CallResult> results) -> advanced(answer, move, results, usage);
      case Actions.Interrupted() -> new StepResult.Stopped(answer, usage);
    };
  }

  /** What the provider will bill for the world's first task. */
  long microsSpent() {
    return microsSpent.getOrDefault(World.ID, 0L);
  }

  private Move ask(StepInput input) {
    return faults.io(
        "model",
        () -> {
          modelCalls++;
          Move move = brain.think(input);
          microsSpent.merge(input.taskId(), move.usage().costMicros(), Long::sum);
          tokensSpent.merge(input.taskId(), move.usage().tokens(), Long::sum);
          return move;
        });
  }

  private static Move read(JsonNode answer) {
    return Json.bind(answer, Move.class);
  }

  private StepResult advanced(JsonNode answer, Move move, List<CallResult> results, Usage usage) {
    Optional<StepReport.Completion> completion =
        Optional.<StepReport.Completion>empty()
            .or(() -> Optional.ofNullable(move.output()).map(StepReport.Completion.OfTask::new))
            .or(() ->
                Optional.ofNullable(move.phaseOutput()).map(StepReport.Completion.OfPhase::new));
    StepReport report =
        new StepReport(
            move.mutations() == null ? Json.object() : move.mutations(),
            Optional.ofNullable(move.confidence()),
            completion,
            move.errors(),
            List.of(),
            usage,
            reserve);
    return new StepResult.Advanced(answer, results, report);
  }

  @Override
  public Reserve firstReserve(Agent agent) {
    return reserve;
  }
}
