package dev.treadle.agents.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Agent;
import dev.treadle.Gate;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.agents.ScriptedRun;
import dev.treadle.local.Shop;
import dev.treadle.tool.Outbox;
import dev.treadle.tool.Reach;
import dev.treadle.tool.WebPages;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PricingAgentTest {
  private static final List<String> SHOPS = List.of("alder", "birch", "cedar");
  private static final String KEY = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;
  private HttpServer server;
  private Instant now = Instant.parse("2026-11-02T06:00:00Z");
  private Agent agent;

  @BeforeEach
  void openTheShops() throws Exception {
    InstantSource clock = () -> now;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Shop.install(server, clock);
    server.start();
    agent =
        new PricingAgent(
                new WebPages(
                    Reach.PUBLIC.withOrigin("http://127.0.0.1:" + server.getAddress().getPort()),
                    clock),
                new PriceBook(folder.resolve("book")),
                new Outbox(folder.resolve("outbox"), "treadle@example.com", clock),
                clock)
            .agent();
  }

  @AfterEach
  void closeTheShops() {
    server.stop(0);
  }

  @Test
  void theInputIsCheckedDownToTheShopsUrl() {
    var schema = agent.input().orElseThrow();
    assertThat(schema.violations(input(""))).isEmpty();

    ObjectNode withoutUrl = input("");
    ((ObjectNode) withoutUrl.at("/shops/1")).remove("url");
    assertThat(schema.violations(withoutUrl).toString()).contains("/shops/1").contains("url");

    ObjectNode withANumber = input("");
    ((ObjectNode) withANumber.at("/shops/0")).put("name", 7);
    assertThat(schema.violations(withANumber).toString()).contains("/shops/0/name");
  }

  @Test
  void aFirstRunListsAllProductsAndMailsThem() throws Exception {
    JsonNode output = run("");

    assertThat(output.at("/changed_count").intValue()).isEqualTo(15);
    assertThat(output.at("/problem_count").intValue()).isZero();
    assertThat(output.at("/report_subject").textValue())
        .isEqualTo("Competitor prices 2026-11-02: first list, 15 products");
    assertThat(
            Files.readString(
                folder.resolve("outbox/" + output.at("/mail_key").textValue() + ".eml")))
        .contains("Subject: Competitor prices 2026-11-02: first list, 15 products\r\n")
        .contains("Oak desk 140 cm");
    assertThat(folder.resolve("book/2026-11-02.json")).exists();
  }

  @Test
  void theNextDayReportsWhatMovedAndNothingElse() throws Exception {
    run("");
    nextDay();
    JsonNode output = run("");

    assertThat(output.at("/products_compared").intValue()).isEqualTo(15);
    assertThat(output.at("/changed_count").intValue()).isBetween(1, 8);
    assertThat(output.at("/stale").booleanValue()).isFalse();
    assertThat(output.at("/report_subject").textValue())
        .isEqualTo(
            "Competitor prices 2026-11-03: " + output.at("/changed_count").intValue() + " changes");
  }

  @Test
  void aNewHtmlLayoutIsSaidFirstAndNoOldPriceIsRepeated() throws Exception {
    run("");
    nextDay();
    JsonNode output = run("?layout=new");

    assertThat(output.at("/problem_count").intValue()).isEqualTo(3);
    assertThat(output.at("/problems/0").textValue())
        .isEqualTo("alder: no price found for 5 of 5 products: itemprop=price is missing or empty");
    assertThat(output.at("/products_compared").intValue()).isZero();
    assertThat(output.at("/changes"))
        .allSatisfy(change -> {
          assertThat(change.at("/kind").textValue()).isEqualTo("UNKNOWN");
          assertThat(change.has("now")).isFalse();
        });
    assertThat(output.at("/report_subject").textValue())
        .startsWith("Competitor prices 2026-11-03: 3 problems");
  }

  @Test
  void anEmptyPageIsSaid() throws Exception {
    assertThat(run("?layout=empty").at("/problems"))
        .extracting(JsonNode::textValue)
        .containsExactly(
            "alder: the page is empty", "birch: the page is empty", "cedar: the page is empty");
  }

  @Test
  void aShopThatDoesNotAnswerIsNamedInTheReport() throws Exception {
    JsonNode output = run("?layout=down");

    assertThat(output.at("/problems"))
        .extracting(JsonNode::textValue)
        .contains("birch: no prices today: its page could not be fetched");
    assertThat(output.at("/report_subject").textValue())
        .isEqualTo("Competitor prices 2026-11-02: 3 problems, first list, 0 products");
  }

  @Test
  void repairedPagesAreComparedWithTheLastKnownPricesAndNotCalledNew() throws Exception {
    run("");
    nextDay();
    run("?layout=new");
    nextDay();
    JsonNode output = run("");

    assertThat(output.at("/products_compared").intValue()).isEqualTo(15);
    assertThat(output.at("/changes"))
        .extracting(change -> change.at("/kind").textValue())
        .doesNotContain("NEW", "GONE", "UNKNOWN");
  }

  @Test
  void theSamePagesAgainAreCalledStale() throws Exception {
    JsonNode lists = fetchAll("");
    call("save_prices", Json.object().set("today", lists));
    nextDay();
    for (JsonNode list : lists) {
      ((ObjectNode) list).put("fetched_at", now.toString());
    }
    JsonNode comparison = compare("", lists);
    JsonNode report = call("write_report", Json.object().set("comparison", comparison));

    assertThat(comparison.at("/stale").booleanValue()).isTrue();
    assertThat(report.at("/subject").textValue())
        .isEqualTo("Competitor prices 2026-11-03: pages may be stale, unchanged since 2026-11-02");
  }

  @Test
  void aMissingPageIsAFailureAndAClosedShopIsUnavailable() throws Exception {
    Tool fetch = agent.tool("fetch_prices").orElseThrow();
    assertThat(fetch.body().perform(page("nowhere", "/shop/nowhere"), invocation()))
        .isInstanceOfSatisfying(
            ToolOutcome.Failed.class, failed -> assertThat(failed.why()).endsWith("answered 404"));
    assertThat(fetch.body().perform(page("alder", "/shop/alder?layout=down"), invocation()))
        .isInstanceOfSatisfying(
            ToolOutcome.Unavailable.class,
            unavailable -> {
              assertThat(unavailable.why()).endsWith("answered 503");
              assertThat(unavailable.after()).isEqualTo(Duration.ofSeconds(2));
            });
  }

  @Test
  void savingIsReadBackFromTheBook() throws Exception {
    JsonNode arguments = Json.object().set("today", fetchAll(""));
    Tool save = agent.tool("save_prices").orElseThrow();
    var readBack = save.terms().readBack().orElseThrow();

    assertThat(readBack.whatHappened(arguments, invocation())).isEmpty();
    ToolOutcome saved = save.body().perform(arguments, invocation());
    assertThat(readBack.whatHappened(arguments, invocation())).contains(saved);
  }

  @ParameterizedTest
  @ValueSource(strings = {"12,50", "about 12", "", "-1.00", "0", "0.00", "1e9", "12.505"})
  void aPriceThatIsNoneIsRefusedWithItsPlaceAndSavedNowhere(String price) throws Exception {
    ObjectNode arguments = Json.object();
    arguments.set("shops", input("").at("/shops"));
    arguments.set("today", fetchAll(""));
    arguments.set("previous", Json.object());
    ObjectNode toSave = Json.object();
    toSave.set("today", fetchAll(""));
    ObjectNode toReport = Json.object();
    toReport.set("comparison", compare("", fetchAll("")));
    ((ObjectNode) arguments.at("/today/1/offers/2")).put("price", price);
    ((ObjectNode) toSave.at("/today/1/offers/2")).put("price", price);
    ((ObjectNode) toReport.at("/comparison/changes/2")).put("now", price);

    assertThat(refusal("compare_prices", arguments)).contains("/today/1/offers/2/price");
    assertThat(refusal("save_prices", toSave)).contains("/today/1/offers/2/price");
    assertThat(refusal("write_report", toReport)).contains("/comparison/changes/2 must have");
    assertThat(folder.resolve("book")).doesNotExist();
  }

  @Test
  void anEarlierPriceThatIsNoneIsRefusedToo() throws Exception {
    call("save_prices", Json.object().set("today", fetchAll("")));
    nextDay();
    ObjectNode arguments = Json.object();
    arguments.set("shops", input("").at("/shops"));
    arguments.set("today", fetchAll(""));
    arguments.set("previous", call("previous_prices", Json.object()));
    ((ObjectNode) arguments.at("/previous/entry/lists/0/offers/0")).put("price", "unknown");

    assertThat(refusal("compare_prices", arguments))
        .contains("/previous/entry/lists/0/offers/0/price");
  }

  private String refusal(String name, JsonNode arguments) throws Exception {
    Tool tool = agent.tool(name).orElseThrow();
    assertThat(tool.input().violations(arguments)).isEmpty();
    ToolOutcome outcome = tool.body().perform(arguments, invocation());
    assertThat(outcome).isInstanceOf(ToolOutcome.Failed.class);
    return ((ToolOutcome.Failed) outcome).why();
  }

  private static boolean isAsked(Gate gate, Tool tool) {
    return gate.judge(Gate.Subject.of(tool, Optional.of(0.9), true)).ruling()
        instanceof Gate.Ruling.Ask;
  }

  @Test
  void onlyTheMailIsAskedFor() {
    assertThat(agent.tools().stream().filter(tool -> isAsked(agent.gate(), tool)))
        .extracting(Tool::name)
        .containsExactly("send_mail");
  }

  @Test
  void aRefusedMailStillDeliversTheComparison() {
    JsonNode output = run("", false);

    assertThat(output.has("mail_key")).isFalse();
    assertThat(output.at("/changed_count").intValue()).isEqualTo(15);
    assertThat(folder.resolve("outbox")).doesNotExist();
  }

  @Test
  void threeWeeksOfTheSamePagesAreNeverReportedAsNews() throws Exception {
    JsonNode lists = fetchAll("");
    for (int day = 0; day < 21; day++) {
      call("save_prices", Json.object().set("today", lists));
      nextDay();
      for (JsonNode list : lists) ((ObjectNode) list).put("fetched_at", now.toString());
    }
    JsonNode comparison = compare("", lists);

    assertThat(comparison.at("/stale").booleanValue()).isTrue();
    assertThat(comparison.at("/unchanged_since").textValue()).isEqualTo("2026-11-02");
    assertThat(comparison.at("/previous_date").textValue()).isEqualTo("2026-11-22");
  }

  private void nextDay() {
    now = now.plus(Duration.ofDays(1));
  }

  private JsonNode run(String query) {
    return run(query, true);
  }

  private JsonNode run(String query, boolean mailIsAllowed) {
    Set<String> refused = mailIsAllowed ? Set.of() : Set.of("send_mail");
    return new ScriptedRun(agent, new TaskId("pricing-" + now), refused).outputFor(input(query));
  }

  private JsonNode fetchAll(String query) throws Exception {
    Tool fetch = agent.tool("fetch_prices").orElseThrow();
    ArrayNode lists = Json.array();
    for (JsonNode shop : input(query).at("/shops")) {
      assertThat(fetch.input().violations(shop)).isEmpty();
      if (fetch.body().perform(shop, invocation()) instanceof ToolOutcome.Succeeded(var list)) {
        lists.add(list);
      }
    }
    return lists;
  }

  private JsonNode compare(String query, JsonNode lists) throws Exception {
    ObjectNode arguments = Json.object();
    arguments.set("shops", input(query).at("/shops"));
    arguments.set("today", lists);
    arguments.set("previous", call("previous_prices", Json.object()));
    return call("compare_prices", arguments);
  }

  private JsonNode call(String name, JsonNode arguments) throws Exception {
    Tool tool = agent.tool(name).orElseThrow();
    assertThat(tool.input().violations(arguments)).isEmpty();
    ToolOutcome outcome = tool.body().perform(arguments, invocation());
    assertThat(outcome).isInstanceOf(ToolOutcome.Succeeded.class);
    return ((ToolOutcome.Succeeded) outcome).output();
  }

  private ObjectNode input(String query) {
    ObjectNode input = Json.object().put("recipient", "sales@example.com");
    ArrayNode shops = input.putArray("shops");
    SHOPS.forEach(shop -> shops.add(page(shop, "/shop/" + shop + query)));
    return input;
  }

  private ObjectNode page(String shop, String path) {
    return Json.object()
        .put("name", shop)
        .put("url", "http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private static Invocation invocation() {
    return new Invocation(new TaskId("t-1"), 1, KEY, Duration.ofSeconds(20), List::of);
  }
}
