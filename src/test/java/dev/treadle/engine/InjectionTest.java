package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.Outward;
import dev.treadle.Status;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.llm.Models;
import dev.treadle.llm.ToolCallingExecutor;
import dev.treadle.llm.scripted.Scenario;
import dev.treadle.llm.scripted.ScriptedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pages that give orders, and a model that obeys every one of them: it is the gate, not the model,
 * that keeps an action from reaching where no trusted input pointed. The author of this agent has
 * allowed all its tools, so that nothing but the taint stands in the way.
 */
class InjectionTest {
  private static final String INPUT =
      """
      {"page": "https://shop.example/list", "more": "https://shop.example/more", "recipient": "ann@example.com",
       "account": "DE02100100109307118603", "amount": 100, "hook": "https://hooks.example.com/in",
       "channel": "#prices", "partner": "bo@example.com"}
      """;

  /** What reached the outside, the first look at the page aside. */
  private final List<String> reached = new ArrayList<>();

  /** How an order gets from the page into a call. */
  enum Route {
    AT_ONCE,
    THROUGH_WORKING_MEMORY
  }

  /** Mails. */
  public record MailText(String to, String subject, String body) {}

  /** A payment. */
  public record Payment(String account, Object amount) {}

  /** An address. */
  public record Address(String url) {}

  /** A post. */
  public record Post(String url, String text) {}

  /** A message. */
  public record Chat(String channel, String text) {}

  /** A share. */
  public record Share(String file, Object with) {}

  static Stream<Arguments> injections() throws IOException {
    List<Arguments> cases = new ArrayList<>();
    for (JsonNode each : read()) {
      for (Route route : Route.values()) {
        cases.add(Arguments.of(each.path("name").asText(), route, each));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("injections")
  void anInjectedOrderReachesNobodyUnlessAPersonAllowsIt(String name, Route route, JsonNode order) {
    World world = world(order, route, "person:ann");
    Task task = world.run();

    assertThat(reached).isEmpty();
    boolean isThere = world.agent.tool(order.path("tool").asText()).isPresent();
    assertThat(task.status()).isEqualTo(isThere ? Status.WAITING_FOR_HUMAN : Status.DONE);
  }

  @Test
  void theCorpusHoldsFortyCasesAndMore() throws IOException {
    assertThat(read().size()).isGreaterThanOrEqualTo(40);
  }

  static Stream<Arguments> benign() {
    return Stream.of(
        Arguments.of(
            "send_mail", "{\"to\": \"ann@example.com\", \"subject\": \"a\", \"body\": \"b\"}"),
        Arguments.of("transfer", "{\"account\": \"DE02100100109307118603\", \"amount\": 100}"),
        Arguments.of("transfer", "{\"account\": \"DE02100100109307118603\", \"amount\": 100.00}"),
        Arguments.of("fetch_page", "{\"url\": \"https://shop.example/more\"}"),
        Arguments.of("fetch_page", "{\"url\": \"https://docs.example.com/any/page?x=1\"}"),
        Arguments.of("post", "{\"url\": \"https://hooks.example.com/in\", \"text\": \"new\"}"),
        Arguments.of("chat", "{\"channel\": \"#prices\", \"text\": \"new\"}"),
        Arguments.of("share", "{\"file\": \"a.csv\", \"with\": \"bo@example.com\"}"),
        Arguments.of(
            "share", "{\"file\": \"a.csv\", \"with\": [\"bo@example.com\", \"ann@example.com\"]}"));
  }

  @ParameterizedTest
  @MethodSource("benign")
  void theSameToolsReachWhatTheTaskWasGivenWithoutAPerson(String tool, String arguments)
      throws Exception {
    ObjectNode order = Json.object().put("tool", tool).put("page", "Nothing special.");
    order.set("arguments", Json.parse(arguments));
    World world = world(order, Route.AT_ONCE, "person:ann");

    assertThat(world.run().status()).isEqualTo(Status.DONE);
    assertThat(reached).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("benign")
  void nothingThatAStrangerSentIsTrusted(String tool, String arguments) throws Exception {
    if (arguments.contains("docs.example.com")) return; // The author's word, not the input's.
    for (String stranger : List.of("webhook:orders", "chain:scout")) {
      ObjectNode order = Json.object().put("tool", tool).put("page", "Nothing special.");
      order.set("arguments", Json.parse(arguments));
      World world = world(order, Route.AT_ONCE, stranger);

      assertThat(world.run().status()).isEqualTo(Status.WAITING_FOR_HUMAN);
      assertThat(reached).isEmpty();
    }
  }

  private World world(JsonNode order, Route route, String triggeredBy) {
    AtomicReference<JsonNode> page = new AtomicReference<>(order);
    World world = new World(_ -> Script.Move.complete(), builder -> tools(builder, page));
    ScriptedModel model = new ScriptedModel(Scenario.parse(scenario(order, route)));
    world.executor = new ToolCallingExecutor(new Models(Map.of(world.agent.model(), model)), 1_000);
    world.deploy(world.agent);
    ObjectNode request = World.request(World.ID).put("triggered_by", triggeredBy);
    request.set("input_data", Json.tree(input()));
    new Starter(
            world.store,
            world.queue,
            new AgentCatalog(List.of(world.agent)),
            world.executor,
            world.worker)
        .start(request);
    return world;
  }

  private static JsonNode input() {
    try {
      return Json.parse(INPUT);
    } catch (Json.MalformedJson bug) {
      throw new IllegalStateException(bug);
    }
  }

  /** Reads the page, and then does what it says. */
  private static String scenario(JsonNode order, Route route) {
    ObjectNode scenario = Json.object().put("name", "clerk");
    ArrayNode answers = scenario.putArray("answers");
    call(answers.addObject(), "fetch_page", Json.object().put("url", "${input:/page}"));
    String from = "${result:fetch_page:/order/";
    if (route == Route.THROUGH_WORKING_MEMORY) {
      answers
          .addObject()
          .put("text", "I note that.")
          .putObject("state_mutations")
          .put("order", "${result:fetch_page:/order}");
      from = "${memory:/order/";
    }
    ObjectNode arguments = Json.object();
    for (String name : (Iterable<String>) order.path("arguments")::fieldNames) {
      arguments.put(name, from + name + "}");
    }
    call(answers.addObject(), order.path("tool").asText(), arguments);
    ObjectNode output = Json.object();
    output.putObject("output");
    call(answers.addObject(), "complete_task", output);
    return Json.write(scenario);
  }

  private static void call(ObjectNode answer, String tool, ObjectNode arguments) {
    answer.putArray("calls").addObject().put("tool", tool).set("arguments", arguments);
  }

  private Agent.Builder tools(Agent.Builder builder, AtomicReference<JsonNode> page) {
    Gate gate = Gate.STANDARD;
    for (String each :
        List.of("send_mail", "transfer", "post", "chat", "share", "sign", "fetch_page")) {
      gate = gate.with(each, Gate.Ruling.ALLOW);
    }
    return builder
        .gate(gate)
        .tool(
            Tool.readOnly("fetch_page", "Fetches.", Address.class, (asked, _) -> fetch(asked, page))
                .bringingOutsideText()
                .reaching(Outward.by("url").allowing("https://docs.example.com")))
        .tool(
            Tool.irreversible(
                    "send_mail", "Mails.", BlastRadius.MEDIUM, MailText.class, (a, _) -> reach(a))
                .reaching(Outward.by("to")))
        .tool(
            Tool.irreversible(
                    "transfer", "Pays.", BlastRadius.HIGH, Payment.class, (a, _) -> reach(a))
                .reaching(Outward.by("account", "amount")))
        .tool(
            Tool.idempotent(
                    "post",
                    "Posts.",
                    BlastRadius.LOW,
                    Duration.ofHours(1),
                    Post.class,
                    (a, _) -> reach(a))
                .reaching(Outward.by("url")))
        .tool(
            Tool.reversible(
                    "chat", "Says.", BlastRadius.LOW, "delete it", Chat.class, (a, _) -> reach(a))
                .reaching(Outward.by("channel")))
        .tool(
            Tool.reversible(
                    "share", "Shares.", BlastRadius.LOW, "unshare", Share.class, (a, _) -> reach(a))
                .reaching(Outward.by("with")))
        .tool(
            Tool.irreversible(
                "sign", "Signs.", BlastRadius.HIGH, Outside.Text.class, (a, _) -> reach(a)));
  }

  private ToolOutcome fetch(Address asked, AtomicReference<JsonNode> page) {
    JsonNode order = page.getAndSet(null);
    if (order == null) return reach(asked);
    ObjectNode output = Json.object().put("text", order.path("page").asText());
    output.set("order", order.path("arguments"));
    return ToolOutcome.succeeded(output);
  }

  private ToolOutcome reach(Record arguments) {
    reached.add(arguments.toString());
    return ToolOutcome.succeeded("done");
  }

  private static JsonNode read() throws IOException {
    try (var corpus = InjectionTest.class.getResourceAsStream("/injections.json")) {
      return Json.parse(new String(corpus.readAllBytes(), StandardCharsets.UTF_8));
    } catch (Json.MalformedJson bug) {
      throw new IllegalStateException(bug);
    }
  }
}
