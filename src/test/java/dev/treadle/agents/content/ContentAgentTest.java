package dev.treadle.agents.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Agent;
import dev.treadle.Gate;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.agents.ScriptedRun;
import dev.treadle.lambda.Scripts;
import dev.treadle.local.Press;
import dev.treadle.tool.HttpPost;
import dev.treadle.tool.Reach;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
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

class ContentAgentTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-02T12:00:00Z"));
  private static final String ENOUGH = "Seven words that make up one sentence. ".repeat(6);

  @TempDir Path folder;
  private HttpServer server;
  private Agent agent;

  @BeforeEach
  void openThePress() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Press.install(server, folder);
    server.start();
    String site = "http://127.0.0.1:" + server.getAddress().getPort();
    HttpPost post = new HttpPost(Reach.PUBLIC.withOrigin(site), CLOCK);
    agent = new ContentAgent(post, URI.create(site + "/press")).agent();
  }

  @AfterEach
  void closeThePress() {
    server.stop(0);
  }

  @Test
  void theReviewSendsANumberBackThatNoFactHolds() throws Exception {
    ScriptedRun run = new ScriptedRun(agent, new TaskId("content-1"), Set.of());

    JsonNode output = run.outputFor(sample());

    assertThat(run.results("check_text"))
        .containsExactly(
            "{\"findings\":[\"the number 6 stands in no fact\"]}", "{\"findings\":[]}");
    assertThat(output.at("/url").asText()).startsWith("http://127.0.0.1:");
    assertThat(folder.toFile().listFiles())
        .singleElement()
        .satisfies(article -> assertThat(article).content().contains("4 desks"));
  }

  @Test
  void whatAPersonDoesNotAllowIsNotPublished() throws Exception {
    JsonNode output =
        new ScriptedRun(agent, new TaskId("content-1"), Set.of("publish")).outputFor(sample());

    assertThat(output.has("url")).isFalse();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theSameKeyPublishesOnceAndAnswersAsTheFirstTime() throws Exception {
    JsonNode article = Json.tree(new Article("Open on Sundays", ENOUGH));

    ToolOutcome first = publish(article);

    assertThat(publish(article)).isEqualTo(first);
    assertThat(folder.toFile().listFiles()).hasSize(1);
  }

  @Test
  void theSameKeyWithAnotherArticleIsRefused() throws Exception {
    publish(Json.tree(new Article("Open on Sundays", ENOUGH)));

    assertThat(publish(Json.tree(new Article("Closed on Sundays", ENOUGH))))
        .isInstanceOfSatisfying(
            ToolOutcome.Failed.class,
            refused -> assertThat(refused.why()).contains("this key came with another article"));
  }

  @Test
  void onlyPublishingIsAskedForAndThePersonReadsTheWholeArticle() {
    assertThat(agent.tools().stream().filter(ContentAgentTest::isAsked))
        .extracting(Tool::name)
        .containsExactly("publish");
    JsonNode article = Json.tree(new Article("Open on Sundays", ENOUGH));
    Tool.Review shown = agent.tool("publish").orElseThrow().review();
    assertThat(shown.title().apply(article)).isEqualTo("Publish \"Open on Sundays\" on 127.0.0.1");
    assertThat(shown.preview().apply(article))
        .extracting(part -> part.content().asText())
        .contains("Open on Sundays", ENOUGH);
  }

  @Test
  void aCheckNamesEachLengthAndEachUnknownNumberOnce() {
    assertThat(findings("Open on Sundays", ENOUGH)).isEmpty();
    assertThat(findings("Open", ENOUGH))
        .containsExactly("the title has 4 characters, it needs 10 to 80");
    assertThat(findings("Open on Sundays", "Too short."))
        .containsExactly("the body has 2 words, it needs 40 to 600");
    assertThat(findings("Open on Sundays", "word ".repeat(50) + "."))
        .singleElement()
        .asString()
        .startsWith("a sentence has 51 words, at most 30 can be read at once: word");
    assertThat(findings("Open from 5 to 17", ENOUGH + "It costs 1,200. Yes, 1,200."))
        .containsExactly("the number 17 stands in no fact", "the number 1,200 stands in no fact");
  }

  private static List<String> findings(String title, String body) {
    return TextCheck.findings(new Article(title, body), List.of("It opens on 5 April."));
  }

  private static boolean isAsked(Tool tool) {
    return Gate.STANDARD.judge(Gate.Subject.of(tool, Optional.of(0.9), false)).ruling()
        instanceof Gate.Ruling.Ask;
  }

  private ToolOutcome publish(JsonNode article) throws Exception {
    Invocation call =
        new Invocation(new TaskId("t-1"), 5, "0".repeat(32), Duration.ofSeconds(20), List::of);
    return agent.tool("publish").orElseThrow().body().perform(article, call);
  }

  private static JsonNode sample() throws Exception {
    return Json.parse(Scripts.sampleInput("content", "").orElseThrow());
  }
}
