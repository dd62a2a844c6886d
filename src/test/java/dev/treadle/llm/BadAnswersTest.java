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
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.CallResult;
import dev.treadle.Json;
import dev.treadle.StepResult;
import dev.treadle.Turn;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BadAnswersTest {
  private final RecordedActions actions = RecordedActions.willing();

  private StepResult.Advanced advance(JsonNode answer) {
    return (StepResult.Advanced)
        executor(SayingModel.answering(answer)).execute(step(agent(), earlier()), actions);
  }

  private static List<Turn> earlier() {
    return List.of(
        new Turn(
            1,
            answer(fetch("taken")),
            List.of(new Turn.CallReply("taken", "fetch_price", false, false, "{}")),
            List.of(),
            List.of(),
            0));
  }

  static Stream<Arguments> answersThatAreNotUsed() {
    return Stream.of(wholes(), blocks(), sizes()).flatMap(each -> each);
  }

  private static Stream<Arguments> wholes() {
    return Stream.of(
        arguments("is not an object", NullNode.instance),
        arguments("holds something that is not JSON", MissingNode.getInstance()),
        arguments("is not an object", TextNode.valueOf("I am done.")),
        arguments("is not an object", Json.array().add(fetch("a"))),
        arguments("has no array named content", Json.object()),
        arguments("has no array named content", json("{'content': null}")),
        arguments("has no array named content", json("{'content': 'done'}")),
        arguments("has no array named content", json("{'content': {'type': 'text'}}")),
        arguments("has no array named content", json("{'error': {'type': 'overloaded_error'}}")));
  }

  private static Stream<Arguments> blocks() {
    return Stream.of(
        arguments(
            "at /content/1: a block must be an object", answer(fetch("a"), TextNode.valueOf("x"))),
        arguments("a block must be an object", answer(NullNode.instance)),
        arguments("a block must have a type", answer(Json.object())),
        arguments("a block must have a type", answer(json("{'type': 7}"))),
        arguments("a text block must have a text", answer(json("{'type': 'text'}"))),
        arguments("a text block must have a text", answer(json("{'type': 'text', 'text': [1]}"))),
        arguments("a call must have an id", answer(without(fetch("a"), "id"))),
        arguments("a call must have an id", answer(fetch(""))),
        arguments("a call must have an id", answer(fetch("a b"))),
        arguments("a call must have an id", answer(fetch("x".repeat(129)))),
        arguments("a call must have an id", answer(fetch("a").put("id", 7))),
        arguments("a call must name its tool", answer(without(fetch("a"), "name"))),
        arguments("a call must name its tool", answer(fetch("a").put("name", ""))),
        arguments("a call must name its tool", answer(fetch("a").put("name", "ｆetch_price"))),
        arguments("a call must name its tool", answer(fetch("a").put("name", "rm -rf /"))),
        arguments("the call id a is already taken", answer(fetch("a"), fetch("a"))),
        arguments("the call id taken is already taken", answer(fetch("taken"))),
        arguments("asks for 33 calls, at most 32 are legal", answer(calls(33))));
  }

  private static Stream<Arguments> sizes() {
    String half = "x".repeat(140_000);
    return Stream.of(
        arguments("is longer than", answer(text(half), text(half))),
        arguments("is longer than", answer(text("x".repeat(10 * 1024 * 1024)))),
        arguments("is longer than", answer(text("\u0001".repeat(50_000)))),
        arguments("is longer than", answer(manyElements())),
        arguments("has a name of more than", answer(fetch("a").put("x".repeat(1_001), 1))),
        arguments("holds a NUL character", answer(text("a\0b"))),
        arguments("holds a NUL character", answer(fetch("a").put("n\0", 1))),
        arguments("holds half of a surrogate pair", answer(text("a\ud83d"))),
        arguments("holds half of a surrogate pair", answer(text("\ude00\ud83d"))),
        arguments("is nested deeper than 48 levels", answer(nested(49))),
        arguments("is nested deeper than 48 levels", answer(nested(100_000))),
        arguments(
            "holds a number that is not JSON", answer(with("n", DoubleNode.valueOf(Double.NaN)))),
        arguments(
            "holds a number of more than 100 digits",
            answer(with("n", DecimalNode.valueOf(new BigDecimal("1E+999999999"))))),
        arguments(
            "holds a number of more than 100 digits",
            answer(with("n", DecimalNode.valueOf(new BigDecimal("7".repeat(5_000)))))),
        arguments(
            "holds something that is not JSON", answer(with("n", new POJONode(new Object())))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answersThatAreNotUsed")
  void anAnswerThatIsBrokenAsAWholeIsAnErrorAndDoesNothing(String why, JsonNode said) {
    StepResult.Advanced result = advance(said);

    assertThat(result.report().errors()).hasSize(1);
    assertThat(result.report().errors().getFirst()).startsWith("the answer ").contains(why);
    assertThat(result.report().notices()).hasSize(1);
    assertThat(result.report().notices().getFirst()).contains(why).contains("Nothing was done");
    assertThat(result.results()).isEmpty();
    assertThat(result.report().mutations()).isEmpty();
    assertThat(result.report().completion()).isEmpty();
    assertThat(result.report().confidence()).isEmpty();
    assertThat(result.report().usage()).isEqualTo(SayingModel.USED);
    assertThat(actions.calls).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answersThatAreNotUsed")
  void whatIsRecordedInItsPlaceIsSmallAndSafe(String why, JsonNode said) {
    JsonNode recorded = advance(said).answer();

    assertThat(AnswerCheck.of(recorded, List.of())).isInstanceOf(AnswerCheck.Sound.class);
    assertThat(Json.write(recorded)).hasSizeLessThan(13_000);
    assertThat(recorded.at("/content/0/text").asText()).isNotBlank();
  }

  static Stream<Arguments> callsThatFail() {
    String large = "x".repeat(64 * 1024);
    return Stream.of(
        arguments(
            "there is no such tool; there are [fetch_price, send_mail, complete_task",
            call("b", "delete_all", "{}")),
        arguments("there is no such tool", call("b", "Fetch_Price", "{'shop': 'n', 'article': 1}")),
        arguments("not now: complete_task ends", call("b", "complete_phase", "{'output': {}}")),
        arguments("the arguments must be an object", without(fetch("b"), "input")),
        arguments("the arguments must be an object", call("b", "fetch_price", "null")),
        arguments("the arguments must be an object", call("b", "fetch_price", "'north'")),
        arguments("the arguments must be an object", call("b", "report_step", "[]")),
        arguments("do not fit", call("b", "fetch_price", "{}")),
        arguments("/article", call("b", "fetch_price", "{'shop': 'n', 'article': 'seven'}")),
        arguments("do not fit", call("b", "fetch_price", "{'shop': 'n', 'article': 1, 'x': 2}")),
        arguments("/confidence", report("b", "{'confidence': 1.01, 'state_mutations': {'a': 1}}")),
        arguments("/confidence", report("b", "{'confidence': -1, 'state_mutations': {'a': 1}}")),
        arguments("/confidence", report("b", "{'confidence': '1', 'state_mutations': {'a': 1}}")),
        arguments("/state_mutations", report("b", "{'state_mutations': [1]}")),
        arguments("/state_mutations", report("b", "{'state_mutations': 'a'}")),
        arguments("/note", report("b", "{'note': 7, 'state_mutations': {'a': 1}}")),
        arguments("do not fit", report("b", "{'mutations': {}, 'state_mutations': {'a': 1}}")),
        arguments(
            "at most 65536 are legal", report("b", "{'state_mutations': {'a': '" + large + "'}}")));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("callsThatFail")
  void aBrokenCallFailsAndTheOthersRun(String why, JsonNode broken) {
    StepResult.Advanced result = advance(answer(fetch("a"), broken));

    CallResult failed = result.results().get(1);
    assertThat(failed).isInstanceOf(CallResult.Failed.class);
    assertThat(((CallResult.Failed) failed).why()).contains(why);
    assertThat(result.report().errors())
        .containsExactly(failed.call().tool() + ": " + ((CallResult.Failed) failed).why());
    assertThat(actions.calls).hasSize(1);
    assertThat(result.results().getFirst()).isInstanceOf(CallResult.Succeeded.class);
    assertThat(result.report().mutations()).isEmpty();
    assertThat(result.report().confidence()).isEmpty();
    assertThat(result.report().completion()).isEmpty();
  }

  static Stream<Arguments> completionsThatFail() {
    return Stream.of(
        arguments("must be the only call", answer(complete("a"), fetch("b"))),
        arguments("must be the only call", answer(complete("a"), complete("b"))),
        arguments("must be the only call", answer(call("b", "nothing", "{}"), complete("a"))),
        arguments("do not fit", answer(call("a", "complete_task", "{}"))),
        arguments("do not fit", answer(call("a", "complete_task", "{'output': null}"))),
        arguments(
            "/output",
            answer(call("a", "complete_task", "{'output': {'summary': 7, 'shops': []}}"))),
        arguments(
            "do not fit", answer(call("a", "complete_task", "{'summary': 's', 'shops': []}"))),
        arguments(
            "/confidence",
            answer(
                call(
                    "a",
                    "complete_task",
                    "{'output': {'summary': 's', 'shops': []}, 'confidence': 2}"))));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("completionsThatFail")
  void aBrokenCompletionEndsNothing(String why, JsonNode said) {
    StepResult.Advanced result = advance(said);

    assertThat(result.report().completion()).isEmpty();
    assertThat(result.report().errors()).anyMatch(error -> error.contains(why));
  }

  @org.junit.jupiter.api.Test
  void ofTwoReportsNoneCounts() {
    StepResult.Advanced result =
        advance(
            answer(
                report("a", "{'state_mutations': {'a': 1}}"),
                report("b", "{'state_mutations': {'b': 1}}")));

    assertThat(result.report().mutations()).isEmpty();
    assertThat(result.report().errors()).hasSize(2);
  }

  @org.junit.jupiter.api.Test
  void anAnswerAtEveryLimitIsUsed() {
    ObjectNode deepest = answer(calls(32));
    ((ArrayNode) deepest.get("content")).add(nested(48 - 2));
    StepResult.Advanced result = advance(deepest);

    assertThat(result.report().errors()).isEmpty();
    assertThat(result.results()).hasSize(32);
  }

  private static ObjectNode without(ObjectNode block, String field) {
    return block.without(field);
  }

  private static ObjectNode with(String field, JsonNode value) {
    ObjectNode block = fetch("a");
    ((ObjectNode) block.get("input")).set(field, value);
    return block;
  }

  private static JsonNode[] calls(int count) {
    return Stream.iterate(0, i -> i + 1)
        .limit(count)
        .map(i -> fetch("c" + i))
        .toArray(JsonNode[]::new);
  }

  private static ObjectNode manyElements() {
    ArrayNode many = Json.array();
    for (int i = 0; i < 200_000; i++) many.add(Json.object());
    return Json.object().put("type", "thinking").set("parts", many);
  }

  /** A block of so many levels, itself included. */
  private static ObjectNode nested(int levels) {
    JsonNode inner = TextNode.valueOf("x");
    for (int i = 0; i < levels - 2; i++) inner = Json.array().add(inner);
    return Json.object().put("type", "thinking").set("deep", inner);
  }
}
