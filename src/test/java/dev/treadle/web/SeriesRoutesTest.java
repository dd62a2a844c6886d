package dev.treadle.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.drift.Acknowledgement;
import dev.treadle.local.SeriesSample;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages of series, over the first days of the pricing agent. */
class SeriesRoutesTest {
  private static final Optional<String> ANN = Optional.of("ann");
  @TempDir private Path folder;
  private SeriesSample sample;
  private Site site;

  @BeforeEach
  void play() {
    sample = new SeriesSample(folder, 5);
    site = Site.ofSeries(sample.desk(), Pages.reflecting());
  }

  @AfterEach
  void close() {
    sample.close();
  }

  private Response get(String path, Map<String, String> query, Optional<String> person) {
    return site.answer(
        new Request("GET", path, query, Map.of(), "", new Request.Sender("", person)));
  }

  private Document page(String path, Map<String, String> query) {
    Response response = get(path, query, ANN);
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    return Jsoup.parse(response.body());
  }

  private Response expect(String until, String reason, Map<String, String> headers) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("content-type", Fields.FORM);
    all.put("host", "treadle.example.com");
    String body = "until=" + until + "&reason=" + reason;
    return site.answer(
        new Request(
            "POST",
            "/series/pricing-mornings/expect",
            Map.of(),
            all,
            body,
            new Request.Sender("", ANN)));
  }

  private List<Acknowledgement> words() {
    return sample.desk().table().acknowledgements(sample.key());
  }

  @Test
  void theListNamesEachScheduleWithHowItIsDoing() {
    Document list = page("/series", Map.of());

    assertThat(list.select(".requests a").eachAttr("href"))
        .containsExactly("/series/pricing-mornings", "/series/weekly:summary");
    assertThat(list.select(".requests .severity").eachText())
        .containsExactly("Not well", "No run yet");
  }

  @Test
  void aSeriesOfNoScheduleIsOpenedByItsName() {
    assertThat(get("/series", Map.of("name", "pricing-mornings"), ANN).headers())
        .containsEntry("location", "/series/pricing-mornings");
    Response unknown = get("/series", Map.of("name", "<b>x"), ANN);
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.body()).contains("There is no series &lt;b&gt;x");
  }

  @Test
  void thePageSaysWhatIsWrongInWordsAndEachRunInATable() {
    Document page = page("/series/pricing-mornings", Map.of());

    assertThat(page.title()).isEqualTo("Not well: pricing-mornings");
    assertThat(page.select(".notice.bad li").eachText())
        .anyMatch(line -> line.contains("offers is empty, and was filled in 3 earlier runs"));
    assertThat(page.select("#runs tbody tr")).hasSize(5);
    assertThat(page.select("#runs tbody tr").first().text())
        .contains("held back", "100 %", "emptied field");
    assertThat(page.select("svg.chart[aria-hidden=true]")).hasSize(2);
    assertThat(page.select("svg.chart").first().select("rect")).hasSize(5);
    assertThat(page.text()).contains("a person decides before send_mail runs");
  }

  @Test
  void missedFiresAreNamedAndMakeASeriesUnwell() {
    Instant fire = Instant.parse("2026-03-06T07:00:00Z");
    site = Site.ofSeries(sample.desk(fire), Pages.reflecting());

    Document page = page("/series/pricing-mornings", Map.of());

    assertThat(page.text()).contains("1 of 6 expected fires were missed", "5 of 6 started a task");
    assertThat(page.select("time").eachAttr("datetime")).contains("2026-03-06T07:00:00Z");
  }

  @Test
  void aScheduleThatHasNotFiredYetIsAKnownOne() {
    site = Site.ofSeries(sample.deskBeforeTheFirstFire(), Pages.reflecting());

    Document page = page("/series/pricing-mornings", Map.of());

    assertThat(page.text()).contains("Next fire", "None has been due yet");
    assertThat(page.text()).doesNotContain("No schedule is known");
  }

  @Test
  void aComparisonSaysInWordsWhatWasAddedAndWhatWentEmpty() {
    Document page =
        page(
            "/series/pricing-mornings/compare",
            Map.of("before", "pricing-2026-03-03", "now", "pricing-2026-03-04"));

    assertThat(page.select(".word.plain").eachText()).contains("changed", "added");
    assertThat(page.select("select[name=before] option[selected]").eachAttr("value"))
        .containsExactly("pricing-2026-03-03");
    Document last = page("/series/pricing-mornings/compare", Map.of());
    assertThat(last.select("select[name=now] option[selected]").eachAttr("value"))
        .containsExactly("pricing-2026-03-05");
    assertThat(get("/series/pricing-mornings/compare", Map.of("now", "another"), ANN).status())
        .isEqualTo(404);
  }

  @Test
  void whatAPersonExpectsIsKeptWithTheirNameAndReason() {
    Response answer =
        expect("2026-03-31", "the+reader+is+being+mended", Map.of("sec-fetch-site", "same-origin"));

    assertThat(answer.status()).isEqualTo(303);
    assertThat(answer.headers()).containsEntry("location", "/series/pricing-mornings");
    assertThat(words())
        .singleElement()
        .satisfies(word -> {
          assertThat(word.by()).isEqualTo("person:ann");
          assertThat(word.why()).isEqualTo("the reader is being mended");
          assertThat(word.until()).isEqualTo(Instant.parse("2026-03-31T00:00:00Z"));
          assertThat(word.covers()).isNotEmpty();
        });
    assertThat(page("/series/pricing-mornings", Map.of()).text())
        .contains("expected until Tue 31 Mar 2026, 00:00 UTC by person:ann");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-31, +, reason must be 1 to 500 characters",
    "soon, shop+closed, until must be a date such as 2026-03-31",
    "'', shop+closed, until must be a date",
    "2026-03-04, shop+closed, until must be today or later"
  })
  void aWordThatBreaksARuleIsRefusedWithTheRuleAndLosesNothing(
      String until, String reason, String rule) {
    Response answer = expect(until, reason, Map.of());

    assertThat(answer.status()).isEqualTo(400);
    Document page = Jsoup.parse(answer.body());
    assertThat(page.select("[role=alert]").text()).contains(rule);
    assertThat(page.select("#until").val()).isEqualTo(until);
    assertThat(page.select("#reason").text()).isEqualTo(reason.replace("+", " ").strip());
    assertThat(words()).isEmpty();
  }

  @Test
  void anotherSiteCannotMakeABrowserExpectAnything() {
    for (Map<String, String> headers :
        List.of(
            Map.of("sec-fetch-site", "cross-site"),
            Map.of("origin", "https://evil.example"),
            Map.of("origin", "null"))) {
      assertThat(expect("2026-03-31", "a", headers).status()).isEqualTo(403);
    }
    assertThat(words()).isEmpty();
  }

  @Test
  void whoIsNotIdentifiedSeesNothing() {
    for (String path :
        List.of("/series", "/series/pricing-mornings", "/series/pricing-mornings/compare")) {
      Response answer = get(path, Map.of(), Optional.empty());
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.body()).doesNotContain("pricing-mornings");
    }
  }

  @Test
  void aSeriesThatIsNotThereIsSaidToBeMissing() {
    for (String name : List.of("nobody", "weekly:summary", "x".repeat(101))) {
      assertThat(get("/series/" + name, Map.of(), ANN).status()).isEqualTo(404);
    }
  }
}
