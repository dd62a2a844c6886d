package dev.treadle.llm.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.CallResult;
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
import dev.treadle.llm.ToolCallingExecutor;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The executor, the client and a server in the provider's format, over steps. */
class AnthropicLoopTest {
  record FetchPage(String url) {}

  record SendMail(String to, String subject, String body) {}

  record Report(int changed) {}

  /** A world in which every page has a price. */
  private static final class Shop implements Actions {
    final List<ToolCall> performed = new ArrayList<>();

    @Override
    public Performance perform(JsonNode answer, List<ToolCall> calls) {
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
  private FakeProvider provider;
  private ToolCallingExecutor executor;

  @BeforeEach
  void start() throws IOException {
    provider = new FakeProvider();
    AnthropicSettings settings =
        AnthropicSettings.fromEnvironment(
                Map.of(
                    "ANTHROPIC_API_KEY", "sk-ant-test",
                    "ANTHROPIC_BASE_URL", provider.url().toString(),
                    "TREADLE_MODEL", "claude-opus-5-5"))
            .orElseThrow();
    executor = new ToolCallingExecutor(AnthropicModel.all(settings, InstantSource.system()), 1_024);
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  @Test
  void twoStepsReachACompletion() {
    provider.thenFile("two-calls.json").thenFile("completion.json");

    StepResult.Advanced first = step(List.of());
    StepResult.Advanced second = step(List.of(turn(first)));

    assertThat(shop.performed)
        .extracting(ToolCall::tool)
        .containsExactly("fetch_page", "fetch_page");
    assertThat(second.report().completion())
        .contains(new Completion.OfTask(FakeProvider.parsed("{\"changed\": 2}")));
    JsonNode asked = provider.asked().getLast().body();
    assertThat(asked.path("messages").findValuesAsText("role"))
        .containsExactly("user", "assistant", "user");
    assertThat(asked.at("/messages/2/content").findValuesAsText("tool_use_id"))
        .containsExactly("toolu_01A09q90qw90lq917835lq9", "toolu_01B7Zk2mX4nQ8rT5vW1yU3s");
    assertThat(first.report().usage().costMicros()).isEqualTo(1_200 * 4 + 150 * 20);
  }

  @Test
  void aCallThatWasCutDoesNotRunThoughWhatIsLeftOfItLooksComplete() {
    provider.thenFile("cut-call.json").thenFile("completion.json");

    StepResult.Advanced cut = step(List.of());
    step(List.of(turn(cut)));

    assertThat(shop.performed).extracting(ToolCall::tool).containsExactly("fetch_page");
    assertThat(cut.results().getLast()).isInstanceOf(CallResult.Failed.class);
    assertThat(cut.report().notices()).first().asString().contains("cut at 1024 tokens");
    // Replayed as a call without arguments, so that the request stays legal.
    assertThat(provider.asked().getLast().body().at("/messages/1/content/1/input"))
        .isEqualTo(Json.object());
  }

  @Test
  void noCallOfARefusedAnswerRuns() {
    provider.thenFile("refusal.json");

    assertThat(step(List.of()).results()).hasOnlyElementsOfType(CallResult.Failed.class);
    assertThat(shop.performed).isEmpty();
  }

  private StepResult.Advanced step(List<Turn> turns) {
    StepInput input =
        new StepInput(
            new TaskId("t-1"),
            agent,
            turns.size() + 1,
            Json.object().put("shop", "north"),
            Json.object(),
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
        step.results().stream().map(AnthropicLoopTest::reply).toList(),
        step.report().notices());
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
