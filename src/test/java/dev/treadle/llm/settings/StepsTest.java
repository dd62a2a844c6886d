package dev.treadle.llm.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.CallResult;
import dev.treadle.Earlier;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.StepInput;
import dev.treadle.StepReport.Completion;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolCall;
import dev.treadle.ToolOutcome;
import dev.treadle.Turn;
import dev.treadle.Turn.CallReply;
import dev.treadle.llm.Models;
import dev.treadle.llm.ToolCallingExecutor;
import dev.treadle.llm.remote.FakeProvider;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Configuration, executor, client and a server in each provider's format, over steps. */
class StepsTest {
  record FetchPage(String url) {}

  record SendMail(String to, String subject, String body) {}

  record Report(int changed) {}

  /** A world in which every page has a price. */
  private static final class Shop implements Actions {
    final List<ToolCall> performed = new ArrayList<>();

    @Override
    public Performance perform(Proposal proposal) {
      List<ToolCall> calls = proposal.calls();
      performed.addAll(calls);
      return new Performed(
          calls.stream()
              .<CallResult>map(
                  call -> new CallResult.Succeeded(call, Json.object().put("price", "19.90")))
              .toList());
    }
  }

  private final Agent agent =
      Agent.named("pricing")
          .instructions("Watch the prices.")
          .output(Report.class)
          .tool(
              Tool.readOnly(
                  "fetch_page",
                  "Fetches a page.",
                  FetchPage.class,
                  (page, invocation) -> ToolOutcome.failed("the test has no tools")))
          .tool(
              Tool.irreversible(
                  "send_mail",
                  "Sends a mail.",
                  BlastRadius.MEDIUM,
                  SendMail.class,
                  (mail, invocation) -> ToolOutcome.failed("the test has no tools")))
          .build();

  private final Shop shop = new Shop();
  private ToolCallingExecutor executor = new ToolCallingExecutor(new Models(Map.of()), 1);

  /** A provider with what the environment says to reach it. */
  enum Server {
    ANTHROPIC("claude-opus-5-5", "ANTHROPIC_BASE_URL", ""),
    OPENAI("openai:some-model", "OPENAI_BASE_URL", "/v1"),
    BEDROCK("bedrock:eu.some-model-v1:0", "BEDROCK_BASE_URL", "");

    final String model;
    final String urlVariable;
    final String base;

    Server(String model, String urlVariable, String base) {
      this.model = model;
      this.urlVariable = urlVariable;
      this.base = base;
    }

    FakeProvider start() throws IOException {
      return new FakeProvider(name().toLowerCase(Locale.ROOT));
    }

    ToolCallingExecutor executor(FakeProvider provider) {
      return new ToolCallingExecutor(
          ModelSettings.models(
                  Map.of(
                      "ANTHROPIC_API_KEY",
                      "sk-ant-test",
                      urlVariable,
                      provider.url() + base,
                      "TREADLE_MODEL",
                      model,
                      "TREADLE_MODEL_PRICES",
                      "claude-opus-5-5=4/20/5/0.4,some-model=4/20/5/0.4,eu.some-model-v1:0=4/20/5/0.4"),
                  new ModelSettings.Access(_ -> "", (_, _) -> Map.of("x-signed", "yes")),
                  InstantSource.system())
              .orElseThrow(),
          1_024);
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoStepsReachACompletion(Server server) throws IOException {
    try (FakeProvider provider = server.start()) {
      provider.thenFile("two-calls.json").thenFile("completion.json");
      executor = server.executor(provider);

      StepResult.Advanced first = step(List.of());
      StepResult.Advanced second = step(List.of(turn(first)));

      assertThat(shop.performed)
          .extracting(ToolCall::tool)
          .containsExactly("fetch_page", "fetch_page");
      assertThat(second.report().completion())
          .contains(new Completion.OfTask(FakeProvider.parsed("{\"changed\": 2}")));
      assertThat(provider.asked().getLast().body().toString())
          .contains("toolu_01A09q90qw90lq917835lq9", "toolu_01B7Zk2mX4nQ8rT5vW1yU3s", "19.90");
      assertThat(first.report().usage().costMicros()).isEqualTo(1_200 * 4 + 150 * 20);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallThatWasCutDoesNotRunThoughWhatIsLeftOfItLooksComplete(Server server)
      throws IOException {
    try (FakeProvider provider = server.start()) {
      provider.thenFile("cut-call.json").thenFile("completion.json");
      executor = server.executor(provider);

      StepResult.Advanced cut = step(List.of());
      step(List.of(turn(cut)));

      assertThat(shop.performed).extracting(ToolCall::tool).containsExactly("fetch_page");
      assertThat(((CallResult.Failed) cut.results().getLast()).why())
          .contains("cut in the middle of this call");
      assertThat(cut.report().notices()).first().asString().contains("cut at 1024 tokens");
      assertThat(provider.asked()).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noCallOfARefusedAnswerRunsAndTheModelDoesNotReadItAgain(Server server) throws IOException {
    try (FakeProvider provider = server.start()) {
      provider.thenFile("refusal.json").thenFile("completion.json");
      executor = server.executor(provider);

      StepResult.Advanced refused = step(List.of());
      step(List.of(turn(refused)));

      assertThat(shop.performed).isEmpty();
      assertThat(refused.results()).isEmpty();
      assertThat(refused.report().errors())
          .containsExactly("the answer was refused by the rules of the model's provider");
      assertThat(provider.asked().getLast().body().toString())
          .contains("was refused by the rules")
          .doesNotContain("I look first", "I can't help");
    }
  }

  @ParameterizedTest
  @EnumSource
  void thinkingStandsInTheJournalAndInTheNextRequestAsItWas(Server server) throws IOException {
    try (FakeProvider provider = server.start()) {
      provider.thenFile("thinking.json").thenFile("completion.json");
      executor = server.executor(provider);

      StepResult.Advanced thought = step(List.of());
      step(List.of(turn(thought)));

      assertThat(thought.answer().toString()).contains("EqQBCgIYAhIM1gbcDa9GJwZA2b3h");
      assertThat(provider.asked().getLast().body().toString())
          .contains("EqQBCgIYAhIM1gbcDa9GJwZA2b3h");
    }
  }

  private StepResult.Advanced step(List<Turn> turns) {
    StepInput input =
        new StepInput(
            new TaskId("t-1"),
            agent,
            turns.size() + 1,
            Json.object().put("shop", "north"),
            Json.object(),
            Earlier.NOTHING,
            turns,
            Optional.empty(),
            Optional.empty(),
            new Reserve(10_000_000, 1_000_000),
            Duration.ofSeconds(100));
    return (StepResult.Advanced) executor.execute(input, shop);
  }

  private static Turn turn(StepResult.Advanced step) {
    return new Turn(
        1,
        step.answer(),
        step.results().stream().map(StepsTest::reply).toList(),
        step.report().notices(),
        List.of(),
        0);
  }

  private static CallReply reply(CallResult result) {
    ToolCall call = result.call();
    return switch (result) {
      case CallResult.Succeeded(_, var output) ->
          new CallReply(call.id(), call.tool(), false, false, Json.write(output));
      case CallResult.Failed(_, var why) -> new CallReply(call.id(), call.tool(), true, false, why);
      case CallResult.Pending(_, var approvalId) ->
          new CallReply(call.id(), call.tool(), false, true, approvalId);
    };
  }
}
