package dev.treadle.agents.research;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Agent;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.PastCall;
import dev.treadle.TaskId;
import dev.treadle.ToolOutcome;
import dev.treadle.agents.ScriptedRun;
import dev.treadle.lambda.Scripts;
import dev.treadle.local.Library;
import dev.treadle.tool.FetchPage;
import dev.treadle.tool.Reach;
import dev.treadle.tool.WebPages;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResearchAgentTest {
  private static final Instant NOON = Instant.parse("2026-11-02T12:00:00Z");
  private static final String URL = "https://example.com/tides";
  private static final PastCall PAGE =
      new PastCall(
          FetchPage.NAME,
          """
          {"url": "%s", "text": "High water comes\\nabout every 12 hours and 25 minutes."}
          """
              .formatted(URL),
          false,
          NOON);
  private static final Claim TRUE =
      new Claim("Twice a day.", "High water comes about every 12 hours", URL);

  @TempDir Path folder;
  private HttpServer server;
  private String site;
  private Agent agent;

  @BeforeEach
  void openTheLibrary() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Library.install(server);
    server.start();
    site = "http://127.0.0.1:" + server.getAddress().getPort();
    WebPages pages = new WebPages(Reach.PUBLIC.withOrigin(site), InstantSource.fixed(NOON));
    agent = new ResearchAgent(pages, folder).agent();
  }

  @AfterEach
  void closeTheLibrary() {
    server.stop(0);
  }

  @Test
  void aWrongQuoteIsSentBackAndTheSavedReportHasTheWordsOfThePage() throws Exception {
    ScriptedRun run = new ScriptedRun(agent, new TaskId("research-1"), Set.of());

    JsonNode output =
        run.outputFor(Json.parse(Scripts.sampleInput("research", site).orElseThrow()));

    assertThat(run.results("check_quotes").getFirst())
        .contains("\"wrong\":1")
        .contains("these words do not stand on " + site + "/library/tides");
    assertThat(run.results("check_quotes").getLast()).contains("\"wrong\":0");
    assertThat(output.at("/claims").intValue()).isEqualTo(4);
    assertThat(folder.resolve("research-1.md"))
        .content()
        .contains("> The Sun raises tides too, a little less than half as high as the Moon's.\n")
        .doesNotContain("almost half as high");
  }

  @Test
  void noReportIsSavedWithAQuoteThatStandsNowhere() throws Exception {
    Claim invented = new Claim("Never.", "High water comes about every 14 hours", URL);

    assertThat(save(List.of(TRUE, invented), PAGE))
        .isEqualTo(ToolOutcome.failed("not saved: claim 2: these words do not stand on " + URL));
    assertThat(folder).isEmptyDirectory();
    assertThat(save(List.of(TRUE), PAGE)).isInstanceOf(ToolOutcome.Succeeded.class);
  }

  @Test
  void aReportWithoutAClaimIsNone() throws Exception {
    assertThat(save(List.of(), PAGE)).isEqualTo(ToolOutcome.failed("not saved: there is no claim"));
  }

  @Test
  void savingTheSameReportAgainLeavesTheSameFile() throws Exception {
    ToolOutcome first = save(List.of(TRUE), PAGE);
    assertThat(save(List.of(TRUE), PAGE)).isEqualTo(first);
    assertThat(folder.resolve("t-1.md")).content().startsWith("# When?\n\nTwice a day.\n\n> High");
  }

  @Test
  void onlyWhiteSpaceMayDiffer() {
    assertThat(why("High water comes about\tevery 12 hours", PAGE)).isEqualTo("holds");
    assertThat(why("high water comes about every 12 hours", PAGE))
        .isEqualTo("these words do not stand on " + URL);
    assertThat(why("High water … 12 hours and 25 minutes", PAGE))
        .isEqualTo("these words do not stand on " + URL);
  }

  @Test
  void aFewWordsThatStandEverywhereAreNoQuote() {
    assertThat(why("High water comes", PAGE))
        .isEqualTo("a quote needs at least 20 characters, this one has 16");
  }

  @Test
  void aQuoteOfAnotherPageIsToldWhereItStands() {
    PastCall other =
        new PastCall(
            FetchPage.NAME,
            "{\"url\": \"https://example.com/neap\", \"text\": \"The range is smallest then.\"}",
            false,
            NOON);

    assertThat(why("The range is smallest then.", PAGE, other))
        .isEqualTo("these words stand on https://example.com/neap, not on " + URL);
  }

  @Test
  void whatWasNotFetchedOrFailedOrCameFromAnotherToolIsNoSource() {
    String unread = "no page " + URL + " was read; read were []";

    assertThat(why(TRUE.quote())).isEqualTo(unread);
    assertThat(why(TRUE.quote(), new PastCall(FetchPage.NAME, PAGE.text(), true, NOON)))
        .isEqualTo(unread);
    assertThat(why(TRUE.quote(), new PastCall("check_quotes", PAGE.text(), false, NOON)))
        .isEqualTo(unread);
    assertThat(why(TRUE.quote(), new PastCall(FetchPage.NAME, "{\"url\": \"" + URL, false, NOON)))
        .isEqualTo(unread);
  }

  private static String why(String quote, PastCall... past) {
    Claim claim = new Claim("Twice a day.", quote, URL);
    QuoteCheck.Finding finding = QuoteCheck.in(List.of(past)).of(List.of(claim)).getFirst();
    return finding.why().orElse("holds");
  }

  private ToolOutcome save(List<Claim> claims, PastCall... past) throws Exception {
    Invocation call =
        new Invocation(
            new TaskId("t-1"), 6, "0".repeat(32), Duration.ofSeconds(20), () -> List.of(past));
    JsonNode report = Json.tree(new Report("When?", claims));
    return agent.tool("save_report").orElseThrow().body().perform(report, call);
  }
}
