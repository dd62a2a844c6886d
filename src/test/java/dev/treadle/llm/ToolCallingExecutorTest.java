package dev.treadle.llm;

import static dev.treadle.llm.Given.agent;
import static dev.treadle.llm.Given.answer;
import static dev.treadle.llm.Given.call;
import static dev.treadle.llm.Given.complete;
import static dev.treadle.llm.Given.executor;
import static dev.treadle.llm.Given.fetch;
import static dev.treadle.llm.Given.json;
import static dev.treadle.llm.Given.report;
import static dev.treadle.llm.Given.step;
import static dev.treadle.llm.Given.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.CallResult;
import dev.treadle.Fault;
import dev.treadle.Phase;
import dev.treadle.Reserve;
import dev.treadle.StepInput;
import dev.treadle.StepReport.Completion;
import dev.treadle.StepResult;
import dev.treadle.Tool;
import dev.treadle.ToolCall;
import dev.treadle.ToolOutcome;
import dev.treadle.Turn;
import dev.treadle.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToolCallingExecutorTest {
  private static final Usage SPENT = new Usage(5, 0, 9);

  private final RecordedActions actions = RecordedActions.willing();

  private StepResult.Advanced advance(JsonNode answer) {
    return advance(step(agent(), List.of()), answer);
  }

  private StepResult.Advanced advance(StepInput input, JsonNode answer) {
    return (StepResult.Advanced) executor(SayingModel.answering(answer)).execute(input, actions);
  }

  @Test
  void callsArePerformedAndTheirResultsComeInTheOrderAsked() {
    JsonNode said =
        answer(
            text("Two shops."),
            fetch("a"),
            report("b", "{'confidence': 0.8, 'state_mutations': {'seen': 1}}"),
            call("c", "send_mail", "{'to': 'x@example.com', 'text': 'hi'}"));

    StepResult.Advanced result = advance(said);

    assertThat(actions.answers).containsExactly(said);
    assertThat(actions.calls).extracting(ToolCall::id).containsExactly("a", "c");
    assertThat(result.answer()).isEqualTo(said);
    assertThat(result.results())
        .extracting(each -> each.call().id())
        .containsExactly("a", "b", "c");
    assertThat(result.results()).allMatch(CallResult.Succeeded.class::isInstance);
    assertThat(result.report().confidence()).contains(0.8);
    assertThat(result.report().mutations()).isEqualTo(json("{'seen': 1}"));
    assertThat(result.report().errors()).isEmpty();
    assertThat(result.report().notices()).isEmpty();
    assertThat(result.report().usage()).isEqualTo(SayingModel.USED);
  }

  @Test
  void aRecordedAnswerIsNotAskedForAgain() {
    SayingModel model = SayingModel.answering(answer(complete("z")));
    StepInput input = Given.recorded(step(agent(), List.of()), answer(fetch("a")));

    var result = (StepResult.Advanced) executor(model).execute(input, actions);

    assertThat(model.requests).isEmpty();
    assertThat(result.report().usage()).isEqualTo(Usage.NONE);
    assertThat(actions.calls).extracting(ToolCall::id).containsExactly("a");
  }

  @Test
  void aRecordedAnswerRunsEvenWhenNoTimeIsLeftForTheModel() {
    StepInput input =
        Given.reserving(
            Given.recorded(step(agent(), List.of()), answer(fetch("a"))),
            Reserve.NONE,
            Duration.ofMillis(10));

    assertThat(executor(SayingModel.answering(text("x"))).execute(input, actions))
        .isInstanceOf(StepResult.Advanced.class);
  }

  @Test
  void validCallsRunBesideABrokenOne() {
    StepResult.Advanced result =
        advance(answer(fetch("a"), call("b", "fetch_price", "{'shop': 7}"), fetch("c")));

    assertThat(actions.calls).extracting(ToolCall::id).containsExactly("a", "c");
    assertThat(result.results())
        .extracting(each -> each.call().id() + " " + each.getClass().getSimpleName())
        .containsExactly("a Succeeded", "b Failed", "c Succeeded");
    assertThat(result.report().errors()).hasSize(1).first().asString().startsWith("fetch_price: ");
  }

  @Test
  void schemaViolationsAreNamedByPointer() {
    StepResult.Advanced result =
        advance(answer(call("a", "fetch_price", "{'shop': 7, 'article': 1, 'colour': 'red'}")));

    assertThat(((CallResult.Failed) result.results().getFirst()).why())
        .contains("/shop ", "colour", "Correct them and call again");
  }

  @Test
  void aCompletionCarriesItsOutput() {
    StepResult.Advanced result = advance(answer(complete("a"), report("b", "{'confidence': 0.4}")));

    assertThat(result.report().completion())
        .contains(new Completion.OfTask(json("{'summary': 'all well', 'shops': ['north']}")));
    assertThat(result.report().confidence()).contains(0.4);
    assertThat(result.results()).allMatch(CallResult.Succeeded.class::isInstance);
    assertThat(actions.calls).isEmpty();
  }

  @Test
  void theLowerOfTwoConfidencesCounts() {
    StepResult.Advanced result =
        advance(
            answer(
                call(
                    "a",
                    "complete_task",
                    "{'output': {'summary': 's', 'shops': []}, 'confidence': 0.3}"),
                report("b", "{'confidence': 0.9}")));

    assertThat(result.report().confidence()).contains(0.3);
  }

  @Test
  void aCompletionBesideAnActionIsRefusedAndTheActionRuns() {
    StepResult.Advanced result = advance(answer(complete("a"), fetch("b")));

    assertThat(result.report().completion()).isEmpty();
    assertThat(result.results().getFirst()).isInstanceOf(CallResult.Failed.class);
    assertThat(actions.calls).extracting(ToolCall::id).containsExactly("b");
  }

  @Test
  void everyPhaseButTheLastEndsWithCompletePhase() {
    StepInput gather = step(Given.agentWithPhases(), List.of());
    StepInput write = Given.inPhase(gather, "write");
    JsonNode phaseDone = answer(call("a", "complete_phase", "{'output': {'read': 2}}"));

    assertThat(advance(gather, phaseDone).report().completion())
        .contains(new Completion.OfPhase(json("{'read': 2}")));
    assertThat(advance(gather, answer(complete("a"))).report().completion()).isEmpty();
    assertThat(advance(write, phaseDone).report().completion()).isEmpty();
    assertThat(advance(write, answer(complete("a"))).report().completion())
        .containsInstanceOf(Completion.OfTask.class);
  }

  @Test
  void onlyTheCompletionOfThePhaseIsOffered() {
    SayingModel model = SayingModel.answering(answer(fetch("a")));
    StepInput gather = step(Given.agentWithPhases(), List.of());
    executor(model).execute(gather, actions);
    executor(model).execute(Given.inPhase(gather, "write"), RecordedActions.willing());

    assertThat(model.requests.getFirst().tools())
        .extracting(ModelRequest.ToolSpec::name)
        .containsExactly("fetch_price", "send_mail", "complete_phase", "report_step");
    assertThat(model.requests.getLast().tools())
        .extracting(ModelRequest.ToolSpec::name)
        .containsExactly("fetch_price", "send_mail", "complete_task", "report_step");
  }

  @Test
  void anIdleAnswerIsNoErrorButIsTold() {
    StepResult.Advanced result = advance(answer(text("Let me think.")));

    assertThat(result.report().errors()).isEmpty();
    assertThat(result.report().notices())
        .containsExactly(
            "You called no tool. Call one, or call complete_task when the work is done;"
                + " text alone changes nothing.");
  }

  @Test
  void anAnswerThatWasCutIsTold() {
    assertThat(advance(answer(text("and th")).put("stop_reason", "max_tokens")).report().notices())
        .first()
        .asString()
        .contains("cut at 1000 tokens");
  }

  @Test
  void anInterruptedLedgerStopsTheStep() {
    JsonNode said = answer(fetch("a"));

    assertThat(
            executor(SayingModel.answering(said))
                .execute(step(agent(), List.of()), RecordedActions.interrupting()))
        .isEqualTo(new StepResult.Stopped(said, SayingModel.USED));
  }

  @Test
  void pendingCallsStayPending() {
    var gated = new RecordedActions(call -> new CallResult.Pending(call, "ap-1"));
    var result =
        (StepResult.Advanced)
            executor(SayingModel.answering(answer(fetch("a"))))
                .execute(step(agent(), List.of()), gated);

    assertThat(result.results())
        .containsExactly(new CallResult.Pending(gated.calls.getFirst(), "ap-1"));
  }

  @Test
  void aModelThatIsAwayIsAskedAgainLater() {
    var away = new ModelReply.Unavailable("529 overloaded", Duration.ofSeconds(7), SPENT);

    assertThat(executor(new SayingModel(away)).execute(step(agent(), List.of()), actions))
        .isEqualTo(
            new StepResult.Faulted(
                new Fault.Transient("529 overloaded", Duration.ofSeconds(7)), SPENT));
  }

  @Test
  void aRefusalIsRecordedAndAHopelessOneEndsTheTask() {
    assertThat(faultOf(new ModelReply.Refused("400 bad request", false)))
        .isEqualTo(new Fault.Recorded("400 bad request"));
    assertThat(faultOf(new ModelReply.Refused("401 wrong key", true)))
        .isEqualTo(new Fault.Hopeless("401 wrong key"));
  }

  private Fault faultOf(ModelReply reply) {
    StepResult result = executor(new SayingModel(reply)).execute(step(agent(), List.of()), actions);
    return ((StepResult.Faulted) result).fault();
  }

  @Test
  void anUnknownModelIsHopelessAndNamesTheKnownOnes() {
    var executor = executor(SayingModel.answering(answer(fetch("a"))));
    Agent agent = Given.builder().model("gpt").build();

    assertThat(executor.execute(step(agent, List.of()), actions))
        .isEqualTo(
            new StepResult.Faulted(
                new Fault.Hopeless("no model named \"gpt\" is configured; known are [script]"),
                Usage.NONE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> executor.demandRunnable(agent))
        .withMessageContaining("pricing", "gpt");
  }

  @Test
  void noToolMayHaveAReservedName() {
    for (String name : List.of("complete_task", "complete_phase", "report_step")) {
      Agent agent =
          Given.builder()
              .tool(
                  Tool.readOnly(
                      name, "Mine.", Given.FetchPrice.class, (a, i) -> ToolOutcome.failed("no")))
              .build();
      var executor = executor(SayingModel.answering(answer(fetch("a"))));

      assertThatIllegalArgumentException()
          .isThrownBy(() -> executor.firstReserve(agent))
          .withMessage(
              "agent pricing: the tool name %s is reserved, give the tool another one"
                  .formatted(name));
      assertThat(((StepResult.Faulted) executor.execute(step(agent, List.of()), actions)).fault())
          .isInstanceOf(Fault.Hopeless.class);
    }
  }

  @Test
  void aStepWhoseReserveIsTooSmallAsksForMoreInsteadOfTheModel() {
    SayingModel model = SayingModel.answering(answer(fetch("a")));
    StepInput poor =
        Given.reserving(step(agent(), List.of()), new Reserve(10, 10), Duration.ofSeconds(100));

    var result = (StepResult.Advanced) executor(model).execute(poor, actions);

    assertThat(model.requests).isEmpty();
    assertThat(result.report().errors()).isEmpty();
    assertThat(result.report().nextReserve().costMicros()).isGreaterThan(10);
    StepInput again =
        Given.reserving(
            step(
                agent(),
                List.of(
                    new Turn(
                        1, result.answer(), List.of(), result.report().notices(), List.of(), 0))),
            result.report().nextReserve(),
            Duration.ofSeconds(100));
    executor(model).execute(again, actions);
    assertThat(model.requests).hasSize(1);
  }

  @Test
  void theReserveOfAStepCoversTheNextRequest() {
    SayingModel model = SayingModel.answering(answer(fetch("a"), fetch("b")));
    ToolCallingExecutor executor = executor(model);
    JsonNode large = json("{'page': '%s'}".formatted("x".repeat(50_000)));
    var world =
        new RecordedActions(call ->
            call.id().equals("a")
                ? new CallResult.Succeeded(call, large)
                : new CallResult.Pending(call, "ap-1"));
    var result = (StepResult.Advanced) executor.execute(step(agent(), List.of()), world);
    List<Turn.CallReply> replies =
        List.of(
            new Turn.CallReply("a", "fetch_price", false, false, large.toString()),
            new Turn.CallReply("b", "fetch_price", false, false, "x".repeat(64 * 1024)));
    Turn turn =
        new Turn(1, result.answer(), replies, List.of("80 % of the budget is used"), List.of(), 0);
    Reserve reserved = result.report().nextReserve();

    executor.execute(
        Given.reserving(step(agent(), List.of(turn)), reserved, Duration.ofSeconds(100)), actions);

    assertThat(model.requests).hasSize(2);
  }

  @Test
  void theFirstReserveCoversTheLargestInput() {
    SayingModel model = SayingModel.answering(answer(fetch("a")));
    Agent agent = Given.agentWithPhases();
    ToolCallingExecutor executor = executor(model);
    StepInput input = step(agent, List.of());
    StepInput large =
        new StepInput(
            input.taskId(),
            agent,
            1,
            Given.json("{'page': '%s'}".formatted("x".repeat(256 * 1024 - 20))),
            input.workingMemory(),
            input.earlier(),
            List.of(),
            input.phase(),
            input.recordedAnswer(),
            executor.firstReserve(agent),
            input.timeLeft());

    executor.execute(large, actions);
    assertThat(model.requests).hasSize(1);
  }

  @Test
  void theModelLeavesTimeForTheLongestTool() {
    SayingModel model = SayingModel.answering(answer(fetch("a")));
    executor(model).execute(step(agent(), List.of()), actions);
    assertThat(model.requests.getFirst().timeLimit()).isEqualTo(Duration.ofSeconds(80));

    StepInput late = Given.reserving(step(agent(), List.of()), Given.AMPLE, Duration.ofSeconds(1));
    assertThat(((StepResult.Faulted) executor(model).execute(late, actions)).fault())
        .isInstanceOf(Fault.Transient.class);
    assertThat(model.requests).hasSize(1);
  }

  @Test
  void anAnswerTokenCapBelowOneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ToolCallingExecutor(new Models(Map.of()), 0))
        .withMessageContaining("max_output_tokens");
  }

  @Test
  void aPhaseThatIsNotTheAgentsOwnEndsWithCompletePhase() {
    StepInput input = step(Given.agentWithPhases(), List.of());
    StepInput foreign =
        new StepInput(
            input.taskId(),
            input.agent(),
            1,
            input.input(),
            input.workingMemory(),
            input.earlier(),
            List.of(),
            java.util.Optional.of(Phase.named("other", "Elsewhere.")),
            input.recordedAnswer(),
            input.reserve(),
            input.timeLeft());

    assertThat(advance(foreign, answer(complete("a"))).report().completion()).isEmpty();
  }
}
