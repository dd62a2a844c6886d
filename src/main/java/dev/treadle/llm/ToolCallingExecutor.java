package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.CallResult;
import dev.treadle.Fault;
import dev.treadle.Json;
import dev.treadle.Phase;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepReport;
import dev.treadle.StepResult;
import dev.treadle.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs a step as one model call and the tool calls that it asks for, or as a summary of older turns
 * when the conversation fills the model's window.
 *
 * <p>Whatever the model answers, the step has a result: what is wrong with an answer is an error of
 * the step, in words that the model reads before its next one. Keeps nothing between two steps.
 */
public final class ToolCallingExecutor implements StepExecutor {
  /** A model that has less time than this is not asked. */
  private static final Duration SHORTEST_CALL = Duration.ofSeconds(1);

  private static final int INPUT_CHARS_MAX = 256 * 1024;

  /** The loop shows a model no longer result. */
  private static final int RESULT_CHARS_MAX = 64 * 1024;

  /** What the loop may add to the next request beside results: warnings and errors. */
  private static final int NOTICE_CHARS_MAX = 16 * 1024;

  private final Models models;
  private final int maxOutputTokens;

  /** An executor that asks for at most so many tokens in one answer. */
  public ToolCallingExecutor(Models models, int maxOutputTokens) {
    if (maxOutputTokens < 1) {
      throw new IllegalArgumentException(
          "max_output_tokens must be at least 1, was " + maxOutputTokens);
    }
    this.models = models;
    this.maxOutputTokens = maxOutputTokens;
  }

  /**
   * Demands that this executor can run the agent, for those who bring agents into a deployment.
   *
   * @throws IllegalArgumentException the model is not configured, or a tool has a reserved name
   */
  public void demandRunnable(Agent agent) {
    ReservedTools.clash(agent)
        .or(() -> unknownModel(agent))
        .ifPresent(why -> {
          throw new IllegalArgumentException("agent %s: %s".formatted(agent.name(), why));
        });
  }

  private Optional<String> unknownModel(Agent agent) {
    return models.named(agent.model()).isPresent()
        ? Optional.empty()
        : Optional.of(models.unknown(agent.model()));
  }

  @Override
  public Reserve firstReserve(Agent agent) {
    demandRunnable(agent);
    long toolChars =
        agent.tools().stream()
            .mapToLong(
                tool -> tool.description().length() + Json.write(tool.input().json()).length())
            .sum();
    long outputChars = Json.write(agent.output().json()).length();
    return models
        .named(agent.model())
        .map(model ->
            model.reserveFor(
                agent.instructions().length()
                    + phaseChars(agent)
                    + toolChars
                    + outputChars
                    + INPUT_CHARS_MAX
                    + NOTICE_CHARS_MAX,
                maxOutputTokens))
        .orElse(Reserve.NONE);
  }

  @Override
  public StepResult execute(StepInput input, Actions actions) {
    Agent agent = input.agent();
    return ReservedTools.clash(agent)
        .or(() -> unknownModel(agent))
        .<StepResult>map(why -> new StepResult.Faulted(new Fault.Hopeless(why), Usage.NONE))
        .or(() -> models.named(agent.model()).map(model -> step(input, actions, model)))
        .orElseThrow();
  }

  private StepResult step(StepInput input, Actions actions, Model model) {
    Duration timeLimit = timeLimit(input);
    ModelRequest request = request(input, timeLimit);
    Step step = new Step(input, actions, model, request.chars(), maxOutputTokens);
    if (input.recordedAnswer().isPresent()) {
      return step.act(input.recordedAnswer().get(), Usage.NONE);
    }
    if (timeLimit.compareTo(SHORTEST_CALL) < 0) {
      Fault late = new Fault.Transient("too little time was left to ask the model", Duration.ZERO);
      return new StepResult.Faulted(late, Usage.NONE);
    }
    Optional<Summarizer> due = Summarizer.due(input, request, model.windowTokens());
    if (due.isPresent()) return summarized(step, due.get(), request);
    if (!covers(input.reserve(), model.reserveFor(request.chars(), maxOutputTokens))) {
      return step.askForMore();
    }
    return switch (model.ask(request)) {
      case ModelReply.Answered(var answer, var usage) -> step.act(answer, usage);
      case ModelReply.Unavailable(var why, var retryAfter, var usage) ->
          new StepResult.Faulted(new Fault.Transient(why, retryAfter), usage);
      case ModelReply.Refused(var why, var hopeless) ->
          new StepResult.Faulted(
              hopeless ? new Fault.Hopeless(why) : new Fault.Recorded(why), Usage.NONE);
    };
  }

  private ModelRequest request(StepInput input, Duration timeLimit) {
    return new ModelRequest(
        input.agent().model(),
        Conversation.system(input),
        Conversation.messages(input),
        Conversation.tools(input),
        maxOutputTokens,
        timeLimit);
  }

  /** A summary that is of no use costs an iteration and changes nothing else. */
  private StepResult summarized(Step step, Summarizer summarizer, ModelRequest next) {
    Model model = step.model();
    ModelRequest request =
        summarizer.request(model.windowTokens(), maxOutputTokens, next.timeLimit());
    if (!covers(step.input().reserve(), model.reserveFor(request.chars(), maxOutputTokens))) {
      long chars = Math.max(request.chars(), next.chars());
      return step.reading(chars).askForMore();
    }
    Reserve unchanged = model.reserveFor(next.chars() + NOTICE_CHARS_MAX, maxOutputTokens);
    return switch (model.ask(request)) {
      case ModelReply.Answered(var answer, var usage) ->
          switch (summarizer.read(answer)) {
            case Summarizer.Useful(var summary) -> {
              long chars = request(summarizer.after(summary), next.timeLimit()).chars();
              yield new StepResult.Summarized(
                  summarizer.upTo(),
                  summary,
                  usage,
                  model.reserveFor(chars + NOTICE_CHARS_MAX, maxOutputTokens));
            }
            case Summarizer.Useless(var why) ->
                new StepResult.NotSummarized("the summary " + why, usage, unchanged);
          };
      case ModelReply.Unavailable(var why, var retryAfter, var usage) ->
          new StepResult.Faulted(new Fault.Transient(why, retryAfter), usage);
      case ModelReply.Refused(var why, var hopeless) ->
          hopeless
              ? new StepResult.Faulted(new Fault.Hopeless(why), Usage.NONE)
              : new StepResult.NotSummarized(why, Usage.NONE, unchanged);
    };
  }

  /** Leaves time for the longest tool, but never less than half to the model. */
  private static Duration timeLimit(StepInput input) {
    Duration longestTool =
        input.agent().tools().stream()
            .map(tool -> tool.terms().timeLimit())
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    Duration rest = input.timeLeft().minus(longestTool);
    Duration half = input.timeLeft().dividedBy(2);
    return rest.compareTo(half) > 0 ? rest : half;
  }

  private static boolean covers(Reserve reserve, Reserve needed) {
    return reserve.costMicros() >= needed.costMicros() && reserve.tokens() >= needed.tokens();
  }

  private static long phaseChars(Agent agent) {
    return agent.phases().stream()
        .map(Phase::instructions)
        .mapToInt(String::length)
        .max()
        .orElse(0);
  }

  /**
   * One step with what it was asked.
   *
   * @param requestChars how much the model read
   */
  private record Step(
      StepInput input, Actions actions, Model model, long requestChars, int maxOutputTokens) {

    Step reading(long chars) {
      return new Step(input, actions, model, chars, maxOutputTokens);
    }

    StepResult act(JsonNode answer, Usage usage) {
      return switch (AnswerCheck.of(answer, input.turns())) {
        case AnswerCheck.Unsound(var why, var excerpt) -> rejected(why, excerpt, usage);
        case AnswerCheck.Sound sound -> act(answer, StepPlan.of(input, sound), usage);
      };
    }

    private StepResult act(JsonNode answer, StepPlan plan, Usage usage) {
      if (plan.acting().isEmpty()) return advanced(answer, plan, List.of(), usage);
      var proposal = new Actions.Proposal(answer, plan.acting(), plan.confidence(), words(answer));
      return switch (actions.perform(proposal)) {
        case Actions.Performed(var results) -> advanced(answer, plan, results, usage);
        case Actions.Interrupted() -> new StepResult.Stopped(answer, usage);
      };
    }

    private static String words(JsonNode answer) {
      StringBuilder words = new StringBuilder();
      for (JsonNode block : answer.path("content")) {
        if (!block.path("type").asText().equals("text")) continue;
        if (!words.isEmpty()) words.append('\n');
        words.append(block.path("text").asText());
      }
      return words.toString();
    }

    private StepResult advanced(
        JsonNode answer, StepPlan plan, List<CallResult> performed, Usage usage) {
      List<CallResult> results = plan.results(performed);
      StepReport report =
          new StepReport(
              plan.mutations(),
              plan.confidence(),
              plan.completion(),
              plan.errors(),
              notices(answer, results),
              usage,
              nextReserve(answer, results));
      return new StepResult.Advanced(answer, results, report);
    }

    private List<String> notices(JsonNode answer, List<CallResult> results) {
      List<String> notices = new ArrayList<>();
      StopReason stopReason = StopReason.of(answer);
      if (stopReason == StopReason.CUT) {
        notices.add(
            "Your answer was cut at %d tokens. Answer in smaller pieces."
                .formatted(maxOutputTokens));
      }
      // A paused answer goes back as it is, and the model takes it up where it stopped.
      if (results.isEmpty() && stopReason != StopReason.PAUSED) {
        notices.add(
            "You called no tool. Call one, or call %s when the work is done; text alone changes nothing."
                .formatted(ReservedTools.completion(input)));
      }
      return notices;
    }

    private StepResult rejected(String why, JsonNode excerpt, Usage usage) {
      return withoutCalls(
          excerpt,
          List.of("the answer " + why),
          "Your answer was not used: it " + why + ". Nothing was done. Answer again.",
          usage,
          nextReserve(excerpt, List.of()));
    }

    /** The terminator compares the next reserve with what is left: spending is never a surprise. */
    StepResult askForMore() {
      return withoutCalls(
          Json.object(),
          List.of(),
          "The loop set more of the budget aside for the next answer.",
          Usage.NONE,
          nextReserve(Json.object(), List.of()));
    }

    private static StepResult withoutCalls(
        JsonNode answer, List<String> errors, String notice, Usage usage, Reserve next) {
      return new StepResult.Advanced(
          answer,
          List.of(),
          new StepReport(
              Json.object(),
              Optional.empty(),
              Optional.empty(),
              errors,
              List.of(notice),
              usage,
              next));
    }

    private Reserve nextReserve(JsonNode answer, List<CallResult> results) {
      long chars =
          requestChars
              + Json.write(answer).length()
              + results.stream().mapToLong(Step::chars).sum()
              + phaseChars(input.agent())
              + NOTICE_CHARS_MAX;
      return model.reserveFor(chars, maxOutputTokens);
    }

    private static long chars(CallResult result) {
      return switch (result) {
        case CallResult.Succeeded(_, var output) ->
            Math.min(Json.write(output).length(), RESULT_CHARS_MAX);
        case CallResult.Failed(_, var why) -> Math.min(why.length(), RESULT_CHARS_MAX);
        case CallResult.Pending _ -> RESULT_CHARS_MAX;
      };
    }
  }
}
