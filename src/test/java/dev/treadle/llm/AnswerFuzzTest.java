package dev.treadle.llm;

import static dev.treadle.llm.Given.answer;
import static dev.treadle.llm.Given.complete;
import static dev.treadle.llm.Given.executor;
import static dev.treadle.llm.Given.fetch;
import static dev.treadle.llm.Given.json;
import static dev.treadle.llm.Given.report;
import static dev.treadle.llm.Given.step;
import static dev.treadle.llm.Given.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.Agent;
import dev.treadle.CallResult;
import dev.treadle.CanonicalJson;
import dev.treadle.Json;
import dev.treadle.StepResult;
import dev.treadle.ToolCall;
import dev.treadle.Turn;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Thousands of answers that were good once; the seed in a failure's message plays it again. */
class AnswerFuzzTest {
  private static final int ANSWERS = 6_000;
  private static final Agent AGENT = Given.agent();

  private final TreeMap<String, Integer> seen = new TreeMap<>();

  @Test
  void whateverTheModelAnswersTheStepHasASafeResult() throws Exception {
    for (int seed = 0; seed < ANSWERS; seed++) {
      JsonNode said = mutated(new Random(seed));
      try {
        check(said);
      } catch (Exception | AssertionError | StackOverflowError broken) {
        throw new AssertionError("seed " + seed, broken);
      }
    }
    assertThat(seen)
        .as("what the mutations reached")
        .containsKeys("rejected", "performed", "mutated", "completed", "failed call", "clean");
  }

  private void check(JsonNode said) throws Exception {
    RecordedActions actions = RecordedActions.willing();
    var result =
        (StepResult.Advanced)
            executor(SayingModel.answering(said)).execute(step(AGENT, List.of()), actions);

    assertThat(result.report().usage()).isEqualTo(SayingModel.USED);
    checkPerformed(actions);
    checkState(result);
    checkStored(result);
    checkConversation(result);
    boolean rejected = result.answer().path("stop_reason").asText().equals("unreadable");
    if (!rejected) assertThat(result.answer()).isSameAs(said);
    count("rejected", rejected);
    count("performed", !actions.calls.isEmpty());
    count("mutated", !result.report().mutations().isEmpty());
    count("completed", result.report().completion().isPresent());
    boolean failed = result.results().stream().anyMatch(CallResult.Failed.class::isInstance);
    count("failed call", failed);
    count("clean", result.report().errors().isEmpty());
    assertThat(failed || rejected).isEqualTo(!result.report().errors().isEmpty());
  }

  private void count(String what, boolean happened) {
    if (happened) seen.merge(what, 1, Integer::sum);
  }

  private static void checkPerformed(RecordedActions actions) {
    for (ToolCall call : actions.calls) {
      assertThat(AGENT.tool(call.tool())).isPresent();
      assertThat(AGENT.tool(call.tool()).orElseThrow().input().violations(call.arguments()))
          .isEmpty();
    }
  }

  /** State changes only by the one report of an answer, and only by a valid one. */
  private static void checkState(StepResult.Advanced result) {
    List<JsonNode> reports = callsOf(result.answer(), "report_step");
    if (!result.report().mutations().isEmpty()) {
      assertThat(reports).hasSize(1);
      JsonNode arguments = reports.getFirst().get("input");
      assertThat(result.report().mutations()).isEqualTo(arguments.get("state_mutations"));
      arguments
          .fieldNames()
          .forEachRemaining(name -> assertThat(name).isIn("confidence", "state_mutations", "note"));
    }
    result.report().confidence().ifPresent(given -> assertThat(given).isBetween(0.0, 1.0));
    result
        .report()
        .completion()
        .ifPresent(done -> {
          assertThat(AGENT.output().violations(done.output())).isEmpty();
          assertThat(result.results()).hasSize(1 + reports.size());
        });
  }

  /** The journal writes it, wraps it in a snapshot, and reads back the same. */
  private static void checkStored(StepResult.Advanced result) throws Exception {
    JsonNode wrapped = result.answer();
    for (int i = 0; i < 10; i++) wrapped = Json.object().set("in", wrapped);
    JsonNode back = Json.parse(Json.write(wrapped));
    assertThat(CanonicalJson.digest(back)).isEqualTo(CanonicalJson.digest(wrapped));
    assertThat(Json.write(result.answer()).length()).isLessThan(512 * 1024);
  }

  private static void checkConversation(StepResult.Advanced result) {
    List<Turn.CallReply> replies =
        result.results().stream()
            .map(
                each -> new Turn.CallReply(each.call().id(), each.call().tool(), false, false, "x"))
            .toList();
    Turn turn = new Turn(1, result.answer(), replies, result.report().notices(), List.of(), 0);
    List<Message> messages = Conversation.messages(step(AGENT, List.of(turn)));
    boolean modelsTurn = false;
    for (Message message : messages) {
      assertThat(message instanceof Message.FromModel).isEqualTo(modelsTurn);
      modelsTurn = !modelsTurn;
    }
    assertThat(messages.getLast()).isInstanceOf(Message.ToModel.class);
    assertThat(((Message.ToModel) messages.getLast()).results())
        .extracting(Turn.CallReply::callId)
        .containsExactlyElementsOf(
            callsOf(result.answer(), null).stream().map(call -> call.get("id").asText()).toList());
    assertThat(result.results()).hasSameSizeAs(callsOf(result.answer(), null));
  }

  private static List<JsonNode> callsOf(JsonNode answer, String tool) {
    List<JsonNode> calls = new ArrayList<>();
    for (JsonNode block : answer.path("content")) {
      boolean isCall = block.path("type").asText().equals("tool_use");
      if (isCall && (tool == null || block.path("name").asText().equals(tool))) calls.add(block);
    }
    return calls;
  }

  private static JsonNode mutated(Random random) {
    ObjectNode holder = Json.object();
    holder.set("answer", good(random));
    int times = random.nextInt(4);
    for (int i = 0; i < times; i++) mutate(holder, random);
    return holder.has("answer") ? holder.get("answer") : NullNode.instance;
  }

  private static ObjectNode good(Random random) {
    ObjectNode said =
        switch (random.nextInt(4)) {
          case 0 -> answer(text("Reading."), fetch("a"), fetch("b"));
          case 1 ->
              answer(
                  fetch("a"),
                  report("b", "{'confidence': 0.7, 'state_mutations': {'x': {'y': [1]}}}"));
          case 2 -> answer(complete("a"), report("b", "{'confidence': 1, 'note': 'done'}"));
          default ->
              answer(
                  json("{'type': 'thinking', 'thinking': 'hm', 'signature': 'abc'}"),
                  Given.call("a", "send_mail", "{'to': 'a@example.com', 'text': 'hi'}"));
        };
    return said.deepCopy();
  }

  private static void mutate(ObjectNode holder, Random random) {
    List<JsonNode> containers = new ArrayList<>();
    collect(holder, containers);
    JsonNode victim = containers.get(random.nextInt(containers.size()));
    if (victim instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.isEmpty() ? "added" : names.get(random.nextInt(names.size()));
      switch (random.nextInt(4)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(odd(random).asText("x"), odd(random));
        default -> object.set(name, odd(random));
      }
    } else if (victim instanceof ArrayNode array) {
      switch (random.nextInt(4)) {
        case 0 -> array.removeAll();
        case 1 -> array.add(odd(random));
        case 2 -> {
          if (!array.isEmpty()) array.add(array.get(random.nextInt(array.size())).deepCopy());
        }
        default -> {
          if (!array.isEmpty()) array.set(random.nextInt(array.size()), odd(random));
        }
      }
    }
  }

  private static void collect(JsonNode tree, List<JsonNode> containers) {
    if (!tree.isContainerNode() || containers.size() > 200) return;
    containers.add(tree);
    for (JsonNode child : tree) collect(child, containers);
  }

  private static JsonNode odd(Random random) {
    return switch (random.nextInt(22)) {
      case 0 -> NullNode.instance;
      case 1 -> IntNode.valueOf(random.nextInt(3) - 1);
      case 2 -> DoubleNode.valueOf(random.nextBoolean() ? Double.NaN : 1e300);
      case 3 -> DecimalNode.valueOf(new BigDecimal("1E+99999999"));
      case 4 -> TextNode.valueOf("");
      case 5 -> TextNode.valueOf("a\0b");
      case 6 -> TextNode.valueOf("\ud83d");
      case 7 -> TextNode.valueOf("😀 ".repeat(random.nextInt(60_000)));
      case 8 -> TextNode.valueOf("tool_use");
      case 9 -> TextNode.valueOf("report_step");
      case 10 -> TextNode.valueOf("complete_task");
      case 11 -> TextNode.valueOf("fetch_price");
      case 12 -> Json.array();
      case 13 -> Json.object();
      case 14 -> deep(random.nextInt(120));
      case 15 -> new POJONode(new Object());
      case 16 -> fetch("r" + random.nextInt(3));
      case 17 -> report("r" + random.nextInt(3), "{'state_mutations': {'z': null}}");
      case 18 -> complete("r" + random.nextInt(3));
      case 19 -> json("{'state_mutations': {'w': 1}, 'confidence': 0.5}");
      case 20 -> DecimalNode.valueOf(new BigDecimal("0.50"));
      default -> TextNode.valueOf("r" + random.nextInt(3));
    };
  }

  private static JsonNode deep(int levels) {
    JsonNode inner = IntNode.valueOf(1);
    for (int i = 0; i < levels; i++) {
      inner = i % 2 == 0 ? Json.array().add(inner) : Json.object().set("d", inner);
    }
    return inner;
  }
}
