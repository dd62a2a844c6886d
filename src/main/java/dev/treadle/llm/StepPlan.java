package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.CallResult;
import dev.treadle.Json;
import dev.treadle.Schema;
import dev.treadle.StepInput;
import dev.treadle.StepReport.Completion;
import dev.treadle.ToolCall;
import dev.treadle.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is to be done about each call of a readable answer, decided before anything is done. */
final class StepPlan {
  private static final int RULE_CHARS_MAX = 300;

  /** What is to be done about one call. */
  private sealed interface Planned {
    ToolCall call();
  }

  /** It goes to the world. */
  private record Act(ToolCall call) implements Planned {}

  /** It was for the loop itself, and is done. */
  private record Heard(ToolCall call, String reply) implements Planned {}

  private record Broken(ToolCall call, String why) implements Planned {}

  private final StepInput input;
  private final List<ToolCall> asked;
  private final Optional<String> cut;
  private final List<Planned> planned = new ArrayList<>();
  private final List<Double> confidences = new ArrayList<>();
  private ObjectNode mutations = Json.object();
  private @Nullable Completion completion;

  private StepPlan(StepInput input, AnswerCheck.Sound answer) {
    this.input = input;
    this.asked = answer.calls();
    this.cut = answer.cut();
  }

  static StepPlan of(StepInput input, AnswerCheck.Sound answer) {
    StepPlan plan = new StepPlan(input, answer);
    plan.asked.forEach(call -> plan.planned.add(plan.judge(call)));
    return plan;
  }

  /** The calls to perform, in the order asked. */
  List<ToolCall> acting() {
    return planned.stream().filter(Act.class::isInstance).map(Planned::call).toList();
  }

  /** One result per call of the answer, in the order asked. */
  List<CallResult> results(List<CallResult> performed) {
    Map<String, CallResult> byId =
        performed.stream().collect(Collectors.toMap(each -> each.call().id(), each -> each));
    List<CallResult> results = new ArrayList<>();
    planned.forEach(each -> results.add(result(each, byId)));
    return results;
  }

  private static CallResult result(Planned planned, Map<String, CallResult> performed) {
    return switch (planned) {
      case Act(var call) -> {
        CallResult result = performed.get(call.id());
        if (result == null) throw new IllegalStateException("no result for call " + call.id());
        yield result;
      }
      case Heard(var call, var reply) -> new CallResult.Succeeded(call, TextNode.valueOf(reply));
      case Broken(var call, var why) -> new CallResult.Failed(call, why);
    };
  }

  /** What was wrong with calls of the model, one line each. */
  List<String> errors() {
    return planned.stream()
        .flatMap(each ->
            switch (each) {
              case Broken(var call, var why) -> Stream.of(call.tool() + ": " + why);
              case Act _, Heard _ -> Stream.empty();
            })
        .toList();
  }

  ObjectNode mutations() {
    return mutations;
  }

  /** The lowest that the model gave: a report and a completion may carry one each. */
  Optional<Double> confidence() {
    return confidences.stream().min(Double::compare);
  }

  Optional<Completion> completion() {
    return Optional.ofNullable(completion);
  }

  private Planned judge(ToolCall call) {
    if (cut.filter(call.id()::equals).isPresent()) {
      return new Broken(call, "your answer was cut in the middle of this call; it was not made");
    }
    if (!call.arguments().isObject()) return new Broken(call, "the arguments must be an object");
    return switch (call.tool()) {
      case ReservedTools.REPORT_STEP -> report(call);
      case ReservedTools.COMPLETE_TASK, ReservedTools.COMPLETE_PHASE -> completion(call);
      default -> action(call);
    };
  }

  private Planned action(ToolCall call) {
    return input
        .agent()
        .tool(call.tool())
        .<Planned>map(tool ->
            misfit(tool.input(), call.arguments(), "")
                .<Planned>map(why -> new Broken(call, why))
                .orElseGet(() -> new Act(call)))
        .orElseGet(() ->
            new Broken(
                call,
                "there is no such tool; there are %s"
                    .formatted(
                        Conversation.tools(input).stream()
                            .map(ModelRequest.ToolSpec::name)
                            .toList())));
  }

  private Planned report(ToolCall call) {
    if (timesAsked(ReservedTools.REPORT_STEP) > 1) {
      return new Broken(call, "an answer may hold one report only; none of them counts");
    }
    JsonNode arguments = call.arguments();
    Optional<String> misfit = misfit(ReservedTools.REPORT, arguments, "");
    if (misfit.isPresent()) return new Broken(call, misfit.get());
    return switch (MemoryChange.of(arguments, input.workingMemory())) {
      case MemoryChange.Illegal(var why) -> new Broken(call, why + "; nothing was changed");
      case MemoryChange.Legal(var patch) -> {
        mutations = patch;
        hear(arguments);
        yield new Heard(call, "noted");
      }
    };
  }

  private Planned completion(ToolCall call) {
    String legal = ReservedTools.completion(input);
    if (!call.tool().equals(legal)) {
      return new Broken(call, "not now: %s ends what you are doing".formatted(legal));
    }
    if (asked.size() > 1 + timesAsked(ReservedTools.REPORT_STEP)) {
      return new Broken(
          call, "must be the only call beside report_step; call it again when the others are done");
    }
    JsonNode output = call.arguments().path("output");
    Optional<String> misfit =
        misfit(ReservedTools.COMPLETION, call.arguments(), "")
            .or(() ->
                legal.equals(ReservedTools.COMPLETE_TASK)
                    ? misfit(input.agent().output(), output, "/output")
                    : Optional.empty());
    if (misfit.isPresent()) return new Broken(call, misfit.get());
    completion =
        legal.equals(ReservedTools.COMPLETE_TASK)
            ? new Completion.OfTask(output)
            : new Completion.OfPhase(output);
    hear(call.arguments());
    return new Heard(call, "received");
  }

  private void hear(JsonNode arguments) {
    if (arguments.path("confidence").isNumber()) {
      confidences.add(arguments.path("confidence").doubleValue());
    }
  }

  private long timesAsked(String tool) {
    return asked.stream().filter(call -> call.tool().equals(tool)).count();
  }

  private static Optional<String> misfit(Schema schema, JsonNode value, String at) {
    List<Violation> broken = schema.violations(value);
    if (broken.isEmpty()) return Optional.empty();
    return Optional.of(
        broken.stream()
            .map(each -> place(each, at) + " " + shortened(each.rule()))
            .collect(
                Collectors.joining(
                    "; ", "the arguments do not fit: ", ". Correct them and call again.")));
  }

  private static String place(Violation violation, String at) {
    return violation.field().startsWith("/") || at.isEmpty() ? at + violation.field() : at;
  }

  private static String shortened(String rule) {
    return rule.length() <= RULE_CHARS_MAX ? rule : rule.substring(0, RULE_CHARS_MAX) + "…";
  }
}
