package dev.treadle.llm.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Turn.CallReply;
import dev.treadle.Usage;
import dev.treadle.llm.Message;
import dev.treadle.llm.Model;
import dev.treadle.llm.ModelReply;
import dev.treadle.llm.ModelRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScriptedModelTest {
  private static final String INPUT =
      "{'shops': [{'id': 'north', 'n': 1}, {'id': 'south', 'n': 2}], 'mail_to': 'a@example.com'}";

  /** A conversation with a model, as the loop would have it. */
  private static final class Talk {
    private final List<Message> messages = new ArrayList<>();

    Talk(String input) {
      tell(List.of(), "<task_input>\n" + input.replace('\'', '"') + "\n</task_input>");
    }

    void tell(List<CallReply> results, String... texts) {
      messages.add(new Message.ToModel(results, List.of(texts)));
    }

    ModelReply ask(Model model) {
      return model.ask(
          new ModelRequest("script", "", messages, List.of(), 1_000, Duration.ofSeconds(9)));
    }

    /** Asks, and answers every call with what the world says. */
    JsonNode exchange(Model model, BiFunction<String, JsonNode, String> world) {
      JsonNode answer = ((ModelReply.Answered) ask(model)).answer();
      List<JsonNode> content = new ArrayList<>();
      answer.get("content").forEach(content::add);
      messages.add(new Message.FromModel(content));
      List<CallReply> results = new ArrayList<>();
      for (JsonNode block : content) {
        if (!block.path("type").asText().equals("tool_use")) continue;
        String tool = block.get("name").asText();
        String said = world.apply(tool, block.get("input"));
        results.add(
            new CallReply(block.get("id").asText(), tool, said.startsWith("!"), false, said));
      }
      tell(results);
      return answer;
    }
  }

  private static ScriptedModel model(String answers) {
    return new ScriptedModel(
        ScenarioTest.scenario("{'name': 'test', 'answers': [" + answers + "]}"));
  }

  private static JsonNode json(String text) {
    try {
      return Json.parse(text.replace('\'', '"'));
    } catch (Json.MalformedJson malformed) {
      throw new AssertionError(text, malformed);
    }
  }

  private static String refusal(ModelReply reply) {
    assertThat(reply).isInstanceOf(ModelReply.Refused.class);
    assertThat(((ModelReply.Refused) reply).hopeless()).isTrue();
    return ((ModelReply.Refused) reply).why();
  }

  @Test
  void answersArePlayedInOrderAndThenTheScriptIsAtItsEnd() {
    ScriptedModel model = model("{'text': 'one'}, {'text': 'two'}");
    Talk talk = new Talk(INPUT);

    assertThat(talk.exchange(model, (_, _) -> "").at("/content/0/text").asText()).isEqualTo("one");
    assertThat(talk.exchange(model, (_, _) -> "").at("/content/0/text").asText()).isEqualTo("two");
    assertThat(refusal(talk.ask(model))).isEqualTo("script test is at its end after 2 answers");
  }

  @Test
  void anAnswerIsShapedAsAModelsOwn() {
    ScriptedModel model =
        model(
            "{'text': 'Hi.', 'calls': [{'tool': 'fetch', 'arguments': {'a': 1}}],"
                + " 'confidence': 0.5, 'state_mutations': {'x': null}, 'note': 'n',"
                + " 'usage': {'input_tokens': 3, 'output_tokens': 2, 'cost_micros': 9}}");

    assertThat(new Talk(INPUT).ask(model))
        .isEqualTo(
            new ModelReply.Answered(
                json(
                    "{'content': [{'type': 'text', 'text': 'Hi.'},"
                        + "{'type': 'tool_use', 'id': 'call_1_2', 'name': 'fetch', 'input': {'a': 1}},"
                        + "{'type': 'tool_use', 'id': 'call_1_3', 'name': 'report_step', 'input':"
                        + " {'confidence': 0.5, 'state_mutations': {'x': null}, 'note': 'n'}}],"
                        + "'stop_reason': 'tool_use'}"),
                new Usage(3, 2, 9)));
  }

  @Test
  void aStringThatIsAReferenceBecomesTheValue() {
    ScriptedModel model =
        model(
            "{'calls': [{'tool': 'fetch'}]}, {'calls': [{'tool': 'use', 'arguments': {"
                + "'shops': '${input:/shops}', 'first': '${input:/shops/0/n}', 'all': '${input}',"
                + "'result': '${result:fetch:/price}', 'whole': '${result:fetch}',"
                + "'results': '${results:fetch:/price}', 'memory': '${memory:/seen}',"
                + "'deep': [{'x': '${n}'}], 'text': 'to ${input:/mail_to}: ${result:fetch}'}}]}");
    Talk talk = new Talk(INPUT);
    talk.exchange(model, (_, _) -> "{\"price\":1.25}");
    talk.messages.removeLast();
    talk.tell(
        List.of(new CallReply("call_1_1", "fetch", false, false, "{\"price\":1.25}")),
        "<working_memory>\n{\"seen\":[7]}\n</working_memory>");

    assertThat(talk.exchange(model, (_, _) -> "").at("/content/0/input"))
        .isEqualTo(
            json(
                "{'shops': [{'id': 'north', 'n': 1}, {'id': 'south', 'n': 2}], 'first': 1,"
                    + "'all': "
                    + INPUT
                    + ", 'result': 1.25, 'whole': {'price': 1.25}, 'results': [1.25],"
                    + "'memory': [7], 'deep': [{'x': 1}],"
                    + "'text': 'to a@example.com: {\\'price\\':1.25}'}"));
  }

  @Test
  void theNewestSuccessCountsAndFailuresAndPendingCallsDoNot() {
    ScriptedModel model = model("{'text': '${result:fetch} of ${results:fetch}'}");
    Talk talk = new Talk(INPUT);
    talk.tell(
        List.of(
            new CallReply("a", "fetch", false, false, "1"),
            new CallReply("b", "fetch", false, false, "2"),
            new CallReply("c", "fetch", true, false, "it failed"),
            new CallReply("d", "fetch", false, true, "waits"),
            new CallReply("e", "other", false, false, "5")));

    assertThat(((ModelReply.Answered) talk.ask(model)).answer().at("/content/0/text").asText())
        .isEqualTo("2 of [1,2]");
  }

  @Test
  void aResultThatIsPlainTextIsAString() {
    ScriptedModel model = model("{'text': 'It says ${result:fetch}'}");
    Talk talk = new Talk(INPUT);
    talk.tell(List.of(new CallReply("a", "fetch", false, false, "hello there")));

    assertThat(((ModelReply.Answered) talk.ask(model)).answer().at("/content/0/text").asText())
        .isEqualTo("It says hello there");
  }

  @Test
  void forEachMakesOneCallForEachElementInOneAnswer() {
    ScriptedModel model =
        model(
            "{'for_each': '${input:/shops}', 'calls': [{'tool': 'fetch', 'arguments':"
                + " {'shop': '${item:/id}', 'label': 'no. ${item:/n}'}}]}");
    JsonNode content = ((ModelReply.Answered) new Talk(INPUT).ask(model)).answer().get("content");

    assertThat(content).hasSize(2);
    assertThat(content.at("/0/input")).isEqualTo(json("{'shop': 'north', 'label': 'no. 1'}"));
    assertThat(content.at("/1/input")).isEqualTo(json("{'shop': 'south', 'label': 'no. 2'}"));
    assertThat(content.at("/0/id").asText()).isNotEqualTo(content.at("/1/id").asText());
  }

  @Test
  void forEachOverNothingStillAnswersSoThatTheScriptMovesOn() {
    ScriptedModel model =
        model("{'for_each': '${input:/shops}', 'calls': [{'tool': 'fetch'}]}, {'text': 'next'}");
    Talk talk = new Talk("{'shops': []}");

    assertThat(talk.exchange(model, (_, _) -> "").at("/content/0/text").asText()).isNotBlank();
    assertThat(talk.exchange(model, (_, _) -> "").at("/content/0/text").asText()).isEqualTo("next");
  }

  @Test
  void anUnresolvableReferenceIsARefusalThatNamesIt() {
    assertThat(refusal(new Talk(INPUT).ask(model("{'text': '${input:/missing}'}"))))
        .isEqualTo("script test cannot play answer 1: ${input:/missing} is not there");
    assertThat(refusal(new Talk(INPUT).ask(model("{'text': '${result:fetch:/a}'}"))))
        .contains("${result:fetch:/a} has no successful result yet");
    assertThat(refusal(new Talk(INPUT).ask(model("{'text': '${memory:/a}'}"))))
        .contains("${memory:/a} is not there");
    assertThat(
            refusal(
                new Talk(INPUT)
                    .ask(model("{'for_each': '${input:/mail_to}', 'calls': [{'tool': 't'}]}"))))
        .contains("${input:/mail_to} must be an array for for_each");
  }

  @Test
  void aShortenedResultIsUnresolvableInClearWords() {
    for (String text :
        List.of(
            "{\"rows\":[1,2 [shortened: 400 of 900 characters]",
            "plain words [cut: 65536 of 70000 characters, sha256 ab12]")) {
      Talk talk = new Talk(INPUT);
      talk.tell(List.of(new CallReply("a", "fetch", false, false, text)));

      assertThat(refusal(talk.ask(model("{'text': '${result:fetch}'}"))))
          .contains("${result:fetch} needs a result that the loop has shortened since");
    }
  }

  @Test
  void aRepeatedAnswerCountsItself() {
    ScriptedModel model =
        model(
            "{'repeat': 3, 'calls': [{'tool': 'poll', 'arguments': {'n': '${n}'}}]}, {'text': 'end'}");
    Talk talk = new Talk(INPUT);

    for (int n = 1; n <= 3; n++) {
      assertThat(talk.exchange(model, (_, _) -> "{}").at("/content/0/input/n").asInt())
          .isEqualTo(n);
    }
    assertThat(talk.exchange(model, (_, _) -> "").at("/content/0/text").asText()).isEqualTo("end");
  }

  @Test
  void anAnswerWithWhenIsPassedOverUnlessTheNewestResultIsSuch() {
    String script =
        "{'calls': [{'tool': 'mail'}]},"
            + "{'when': {'tool': 'mail', 'result': 'failed'}, 'repeat': 2, 'calls': [{'tool': 'mail'}]},"
            + "{'when': {'tool': 'mail', 'result': 'succeeded'}, 'text': 'sent'},"
            + "{'text': 'end'}";

    assertThat(texts(model(script), List.of("{}"))).containsExactly("mail", "sent", "end");
    assertThat(texts(model(script), List.of("!no", "{}")))
        .containsExactly("mail", "mail", "sent", "end");
    assertThat(texts(model(script), List.of("!no", "!no", "!no")))
        .containsExactly("mail", "mail", "mail", "end");
  }

  private static List<String> texts(Model model, List<String> mailResults) {
    List<String> results = new ArrayList<>(mailResults);
    Talk talk = new Talk(INPUT);
    List<String> played = new ArrayList<>();
    while (talk.ask(model) instanceof ModelReply.Answered) {
      JsonNode block = talk.exchange(model, (_, _) -> results.removeFirst()).get("content").get(0);
      played.add(block.path("text").asText(block.path("name").asText()));
    }
    return played;
  }

  @Test
  void faultsPassAfterTheirTimesAndCountNoAnswer() {
    ScriptedModel model =
        model(
            "{'fault': 'unavailable', 'retry_after_seconds': 2, 'times': 2, 'why': '529'},"
                + "{'text': 'one'}, {'fault': 'refused'}, {'text': 'two'}, {'fault': 'hopeless'}");
    Talk talk = new Talk(INPUT);
    var away = new ModelReply.Unavailable("529", Duration.ofSeconds(2), Usage.NONE);

    assertThat(talk.ask(model)).isEqualTo(away);
    assertThat(talk.ask(model)).isEqualTo(away);
    assertThat(talk.exchange(model, (_, _) -> "").at("/content/0/text").asText()).isEqualTo("one");
    assertThat(talk.ask(model)).isEqualTo(new ModelReply.Refused("the script says so", false));
    assertThat(talk.exchange(model, (_, _) -> "").at("/content/0/text").asText()).isEqualTo("two");
    assertThat(talk.ask(model)).isEqualTo(new ModelReply.Refused("the script says so", true));
  }

  @Test
  void anyWorkerContinuesWhatAnotherOneBegan() throws IOException {
    Scenario scenario = Scenario.parse(exampleOfThePackage().replaceAll("\\{\"fault\"[^}]*},", ""));
    Model one = new ScriptedModel(scenario);
    Talk talk = new Talk(INPUT);
    List<JsonNode> byOne = new ArrayList<>();
    List<JsonNode> byMany = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      byMany.add(((ModelReply.Answered) talk.ask(new ScriptedModel(scenario))).answer());
      byOne.add(talk.exchange(one, (_, _) -> "{\"id\":\"m-1\"}"));
    }

    assertThat(byMany).isEqualTo(byOne);
    assertThat(talk.ask(new ScriptedModel(scenario))).isEqualTo(talk.ask(one));
  }

  @Test
  void theExampleOfThePackageIsAScenario() throws IOException {
    ScriptedModel model = new ScriptedModel(Scenario.parse(exampleOfThePackage()));
    Talk talk = new Talk(INPUT);

    ObjectNode mailed = Json.object();
    talk.exchange(model, (_, arguments) -> arguments.toString());
    assertThat(talk.ask(model)).isInstanceOf(ModelReply.Unavailable.class);
    talk.exchange(
        model,
        (tool, arguments) -> {
          if (tool.equals("send_report")) mailed.setAll((ObjectNode) arguments);
          return "{\"id\":\"m-1\"}";
        });
    JsonNode last = talk.exchange(model, (_, _) -> "received");

    assertThat(mailed)
        .isEqualTo(
            json("{'to': 'a@example.com', 'prices': [{'shop': 'north'}, {'shop': 'south'}]}"));
    assertThat(last.at("/content/0/input/output/summary").asText()).isEqualTo("Mail m-1 is out.");
  }

  private static String exampleOfThePackage() throws IOException {
    Path source = Path.of("src/main/java/dev/treadle/llm/scripted/package-info.java");
    return Files.readAllLines(source).stream()
        .dropWhile(line -> !line.contains("{@snippet"))
        .skip(1)
        .takeWhile(line -> !line.equals(" * }"))
        .map(line -> line.substring(2))
        .collect(Collectors.joining("\n"))
        .concat("\n}");
  }
}
