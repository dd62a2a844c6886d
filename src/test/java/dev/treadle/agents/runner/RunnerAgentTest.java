package dev.treadle.agents.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Agent;
import dev.treadle.Gate;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.PastCall;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.agents.ScriptedRun;
import dev.treadle.lambda.Scripts;
import dev.treadle.tool.HttpPost;
import dev.treadle.tool.Reach;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunnerAgentTest {
  private static final Instant NOON = Instant.parse("2026-11-02T12:00:00Z");
  private static final WorkItem ITEM = new WorkItem("item-001", new BigDecimal("12.50"));

  private HttpServer server;
  private Agent agent;

  /** What the interface answers from now on. */
  private volatile int status = 200;

  @BeforeEach
  void openTheInterface() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/items",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] answer = "the amount is odd".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/plain");
          exchange.sendResponseHeaders(status, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    String site = "http://127.0.0.1:" + server.getAddress().getPort();
    HttpPost post = new HttpPost(Reach.PUBLIC.withOrigin(site), InstantSource.fixed(NOON));
    agent = new RunnerAgent(post, URI.create(site + "/items")).agent();
  }

  @AfterEach
  void closeTheInterface() {
    server.stop(0);
  }

  @Test
  void theSampleIsTwoHundredItemsInTwentySteps() throws Exception {
    JsonNode input = Json.parse(Scripts.sampleInput("runner", "").orElseThrow());

    JsonNode output = new ScriptedRun(agent, new TaskId("runner-1"), Set.of()).outputFor(input);

    assertThat(output.at("/done").intValue()).isEqualTo(200);
    assertThat(output.at("/not_done")).isEmpty();
    assertThat(input.at("/batches")).hasSize(20);
  }

  @Test
  void whatTheInterfaceRefusesIsAResultWithItsReason() throws Exception {
    status = 422;

    assertThat(process())
        .isInstanceOfSatisfying(
            ToolOutcome.Succeeded.class,
            result -> {
              assertThat(result.output().at("/item").asText()).isEqualTo("item-001");
              assertThat(result.output().at("/done").booleanValue()).isFalse();
              assertThat(result.output().at("/why").asText())
                  .endsWith("answered 422: the amount is odd");
            });
  }

  @Test
  void whatPassesIsLeftToTheLoopAndNotReportedAsAResult() throws Exception {
    status = 429;
    assertThat(process()).isInstanceOf(ToolOutcome.Unavailable.class);
    status = 503;
    assertThatThrownBy(this::process).isInstanceOf(IOException.class);
  }

  @Test
  void anItemThatWasRefusedAndThenDoneIsDone() {
    List<PastCall> past =
        List.of(
            said(new WorkResult("a", false, Optional.of("the amount is odd"))),
            said(new WorkResult("b", false, Optional.of("the amount is odd"))),
            said(new WorkResult("a", true, Optional.empty())),
            new PastCall("process_item", "the budget of tool calls is used up", true, NOON),
            new PastCall("tally", "{\"item\": \"c\", \"done\": true}", false, NOON));

    assertThat(Tally.of(past))
        .isEqualTo(
            new Tally(1, List.of(new WorkResult("b", false, Optional.of("the amount is odd")))));
  }

  @Test
  void nobodyIsAskedForTwoHundredItems() {
    assertThat(agent.tools())
        .allSatisfy(tool ->
            assertThat(agent.gate().judge(Gate.Subject.of(tool, Optional.of(0.9), true)).ruling())
                .isInstanceOf(Gate.Ruling.Allow.class));
  }

  private static PastCall said(WorkResult result) {
    return new PastCall("process_item", Json.write(result), false, NOON);
  }

  private ToolOutcome process() throws Exception {
    Tool tool = agent.tool("process_item").orElseThrow();
    Invocation call =
        new Invocation(new TaskId("t-1"), 1, "0".repeat(32), Duration.ofSeconds(20), List::of);
    ObjectNode item = (ObjectNode) Json.tree(ITEM);
    assertThat(tool.input().violations(item)).isEmpty();
    return tool.body().perform(item, call);
  }
}
