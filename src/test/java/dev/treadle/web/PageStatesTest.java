package dev.treadle.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Json;
import dev.treadle.Preview;
import dev.treadle.approval.DeskAnswer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every state of the page: its status for a look and for a decision, its code and its words. */
class PageStatesTest {
  private final ApprovalAnswers answers =
      new ApprovalAnswers(Pages.reflecting(), () -> Samples.NOW);
  private final ApprovalAnswers.Asker asker = ApprovalAnswers.Asker.of("token");

  private static Request request(String path) {
    return new Request(
        "POST", path, Map.of(), Map.of(), "", new Request.Sender("127.0.0.1", Optional.empty()));
  }

  private Response look(DeskAnswer answer) {
    return answers.look(request("/approvals/x"), answer, asker);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          open                 | 200 | 200 | OPEN               | Open
          waiting-for-others   | 200 | 201 | WAITING_FOR_OTHERS | Your approval is recorded (1 of 2)
          withdrawn            | 200 | 200 | WITHDRAWN          | You took your approval back
          reported             | 200 | 200 | REPORTED           | Your report is recorded
          outcome-unknown      | 200 | 200 | OPEN               | We do not know if this happened
          approved-running     | 200 | 201 | RECORDED           | It is running now
          approved-next        | 200 | 201 | RECORDED           | It runs next
          approved-done        | 200 | 201 | RECORDED           | sent as <8b59703a@example.com>
          approved-failed      | 200 | 201 | RECORDED           | Approved, but the action failed
          approved-unknown     | 200 | 201 | RECORDED           | nobody knows whether it happened
          approved-not-run     | 200 | 201 | RECORDED           | It was not run: the task is failed (cancelled)
          rejected             | 200 | 201 | RECORDED           | Wrong facts: the shelf is out of stock.
          rejected-and-stopped | 200 | 201 | RECORDED           | You rejected, and stopped the task
          it-happened          | 200 | 201 | RECORDED           | You said that it happened
          decided              | 200 | 409 | ALREADY_DECIDED    | Ben approved this
          expired              | 410 | 410 | EXPIRED            | It was not done, and the task stopped
          expired-rejected     | 410 | 410 | EXPIRED            | The agent heard so and went on
          parked               | 410 | 410 | EXPIRED            | The task still waits
          superseded           | 200 | 409 | SUPERSEDED         | Another request took the place of this one
          void                 | 200 | 409 | VOID               | nothing was done
          task-over            | 200 | 409 | TASK_NOT_WAITING   | The task is failed (cancelled), since
          one-moment           | 200 | 409 | TASK_NOT_WAITING   | busy with another step
          changed              | 200 | 409 | VERSION_CHANGED    | This request changed while you looked
          read-only            | 403 | 403 | NOT_ALLOWED        | You started this task
          not-yet              | 200 | 409 | NOT_YET            | Too early to say
          edit-denied          | 200 | 422 | EDIT_DENIED        | Mail may only go to example.com
          edited               | 200 | 201 | ASKED_ANEW         | Your change became a request of its own
          extended             | 200 | 200 | OPEN               | There is more time
          """)
  void eachStateHasItsStatusItsCodeAndItsWords(
      String name, int look, int decision, String code, String words) throws Exception {
    DeskAnswer answer = Samples.states().get(name);

    Response page = look(answer);
    Response json = answers.decided(request("/api/approvals/x/decisions"), answer, asker);

    assertThat(page.status()).isEqualTo(look);
    assertThat(json.status()).isEqualTo(decision);
    assertThat(Json.parse(json.body()).path("code").asText()).isEqualTo(code);
    assertThat(Jsoup.parse(page.body()).text().toLowerCase(java.util.Locale.ROOT))
        .contains(words.toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void everyStateIsInTheTableAbove() {
    assertThat(Samples.states()).hasSize(28);
  }

  @Test
  void theTitleBeginsWithTheState() {
    assertThat(Jsoup.parse(look(Samples.states().get("expired")).body()).title())
        .isEqualTo("Expired: Send a mail to sales@example.com");
  }

  @Test
  void onlyAQuestionThatMayBeAnsweredHasAForm() {
    Samples.states()
        .forEach((name, answer) -> {
          boolean mayAnswer =
              List.of("open", "outcome-unknown", "changed", "extended", "withdrawn", "reported")
                  .contains(name);
          assertThat(Jsoup.parse(look(answer).body()).select("form.decide").isEmpty())
              .as(name)
              .isEqualTo(!mayAnswer);
        });
  }

  @Test
  void onlyWhoWaitsForOthersMayTakeTheirApprovalBackByAPlainForm() {
    Samples.states()
        .forEach((name, answer) ->
            assertThat(Jsoup.parse(look(answer).body()).select("form.withdraw"))
                .as(name)
                .hasSize(name.equals("waiting-for-others") ? 1 : 0));
    Document page = Jsoup.parse(look(Samples.states().get("waiting-for-others")).body());

    assertThat(page.select("form.withdraw").attr("method")).isEqualTo("post");
    assertThat(page.select("form.withdraw").attr("action"))
        .isEqualTo("/approvals/" + Samples.ID + "/withdraw");
    assertThat(page.select("form.withdraw input[name=nonce]").attr("value")).isNotEmpty();
    assertThat(page.select("form.withdraw button").text()).isEqualTo("Withdraw my approval");
    assertThat(page.text()).doesNotContain("nothing left to decide");
  }

  @Test
  void anAmountIsShownToItsLastDigitWithItsCurrencyAboveTheActionToo() {
    Samples.Draft draft = new Samples.Draft();
    BigDecimal price = new BigDecimal("1234567890.1234567890");
    draft.preview = List.of(Preview.amount("To pay", price, "CHF"));

    Document page = Jsoup.parse(look(new DeskAnswer.Open(draft.view(), "n")).body());

    assertThat(page.select(".facts .strong").text()).contains("To pay 1234567890.1234567890 CHF");
    assertThat(page.select(".fields").text()).isEqualTo("To pay 1234567890.1234567890 CHF");
    for (String wrong : List.of("", "eur", "EURO", "E R", "€")) {
      assertThatThrownBy(() -> Preview.amount("To pay", price, wrong))
          .hasMessageContaining("currency must be three letters");
    }
  }

  @Test
  void aTableSaysHowManyRowsItHasAndPeopleAreNamed() {
    Samples.Draft draft = new Samples.Draft();
    draft.preview = List.of(Preview.table("Prices", List.of("Item"), List.of(List.of("Desk"))));
    assertThat(
            Jsoup.parse(look(new DeskAnswer.Open(draft.view(), "n")).body())
                .select(".fields dt")
                .text())
        .isEqualTo("Prices (1 row)");

    Document waiting = Jsoup.parse(look(Samples.states().get("waiting-for-others")).body());
    assertThat(waiting.select(".votes li strong").text()).isEqualTo("Ann");
    assertThat(Jsoup.parse(look(Samples.states().get("decided")).body()).text())
        .contains("Ben approved this");
  }

  @Test
  void nothingIsChosenBeforehandAndNothingIsTicked() {
    for (DeskAnswer answer : Samples.states().values()) {
      Document page = Jsoup.parse(look(answer).body());
      assertThat(page.select("[checked],[selected],[autofocus]")).isEmpty();
    }
  }

  @Test
  void whateverShowsNothingSaysNothingOfAnyTask() {
    Response unknown = look(new DeskAnswer.Unknown());
    Response tooMany = look(new DeskAnswer.TooManyAttempts(Duration.ofMinutes(2)));
    Response down = look(new DeskAnswer.StoreUnavailable());

    assertThat(unknown.status()).isEqualTo(404);
    assertThat(Jsoup.parse(unknown.body()).text()).contains("This link is not valid");
    assertThat(tooMany.status()).isEqualTo(429);
    assertThat(tooMany.headers()).containsEntry("retry-after", "120");
    assertThat(down.status()).isEqualTo(503);
    assertThat(Jsoup.parse(down.body()).text()).contains("Nothing was recorded");
  }

  @Test
  void whatChangedStandsBesideWhatThePageHad() {
    var shown = new Shown(Optional.of(Samples.NOW.plusSeconds(3_600)), Optional.of(0));
    var before = new ApprovalAnswers.Asker("token", shown, List.of(), Form.Entered.NOTHING);
    DeskAnswer changed = Samples.states().get("changed");

    Document page =
        Jsoup.parse(answers.decided(request("/approvals/x/decisions"), changed, before).body());

    assertThat(page.select(".changes dt").eachText()).containsExactly("Deadline", "Approvals");
    assertThat(page.select(".changes del").eachText())
        .containsExactly(
            "as your page had it Thu 26 Nov 2026, 13:48 UTC", "as your page had it 0 of 2");
    assertThat(page.select(".changes ins").eachText())
        .containsExactly("now Thu 26 Nov 2026, 16:00 UTC", "now 1 of 2");
    assertThat(page.select("#notice a[href=#action]").text()).isEqualTo("Review again");
  }

  @Test
  void whatAPageClaimsToHaveShownIsNotTrustedToBeATimeOrANumber() {
    var fields = new Fields(Map.of("shown_deadline", "<b>soon", "shown_votes", "9e99"));
    assertThat(Shown.of(fields)).isEqualTo(Shown.NOTHING);
  }

  @Test
  void whileTheStoreIsAwayThePageWithoutScriptKeepsTheAnswerToSendItAgain() {
    Request sent =
        new Request(
            "POST",
            "/approvals/x/decisions",
            Map.of(),
            Map.of("content-type", Fields.FORM),
            "t=token&nonce=k1.nonce&decision=reject&reason=%3Cb%3Elate",
            new Request.Sender("127.0.0.1", Optional.empty()));

    Response down = answers.decided(sent, new DeskAnswer.StoreUnavailable(), asker);

    assertThat(down.status()).isEqualTo(503);
    var form = Jsoup.parse(down.body()).selectFirst("form[method=post]");
    assertThat(form.attr("action")).isEqualTo("/approvals/x/decisions");
    assertThat(form.select("input[type=hidden]").eachAttr("name"))
        .containsExactlyInAnyOrder("t", "nonce", "decision", "reason");
    assertThat(form.select("input[name=nonce]").val()).isEqualTo("k1.nonce");
    assertThat(form.select("input[name=reason]").val()).isEqualTo("<b>late");
  }

  @Test
  void onlyWhoeverSignedInIsLedToTheNextRequest() {
    DeskAnswer superseded = Samples.states().get("superseded");
    Request signedIn =
        new Request(
            "POST",
            "/approvals/x",
            Map.of(),
            Map.of(),
            "",
            new Request.Sender("127.0.0.1", Optional.of("ann")));

    Document page = Jsoup.parse(answers.look(signedIn, superseded, asker).body());
    assertThat(page.select("#notice a").attr("href"))
        .isEqualTo("/approvals/" + "a0".repeat(16) + "?task=pricing-20261126-060000");
    assertThat(Jsoup.parse(look(superseded).body()).select("#notice a")).isEmpty();
  }

  @Test
  void theLastStepsAndWhatWasDecidedBeforeInTheTaskAreShown() {
    Document page = Jsoup.parse(look(Samples.open()).body());
    assertThat(page.select("[aria-labelledby=before] li").eachText())
        .containsExactly(
            "Step 3: compare_prices",
            "Step 4: write_report",
            "Step 5: save_prices",
            "Send a mail to press@example.com rejected by Ben, Thu 26 Nov 2026, 12:43 UTC");
  }

  @Test
  void whatFollowsIsSaidOfTheQuestionThatIsAsked() {
    assertThat(conditions("open"))
        .containsExactly("If you approve", "If you reject", "If nobody answers");
    assertThat(conditions("outcome-unknown"))
        .containsExactly("If it happened", "If it did not", "If nobody answers");
  }

  private List<String> conditions(String state) {
    return Jsoup.parse(look(Samples.states().get(state)).body()).select(".outcomes dt").eachText();
  }

  @Test
  void theChecksAreMadeOnWhatIsShown() {
    Samples.Draft draft = new Samples.Draft();
    assertThat(checks(draft)).contains("Passed The arguments fit what the tool takes.");
    draft.schema = Json.object().put("type", "array");
    draft.digest = "0".repeat(64);
    assertThat(checks(draft))
        .containsExactly(
            "Take care The action is not the one that was asked for. Do not approve it.",
            "Take care The arguments do not fit what the tool takes.",
            "Take care Text from outside was read before, and may have shaped this.");
  }

  private List<String> checks(Samples.Draft draft) {
    Response page = look(new DeskAnswer.Open(draft.view(), Samples.NONCE));
    return Jsoup.parse(page.body()).select(".checks li").eachText();
  }

  @Test
  void aRequestThatWasDecidedInTimeSaysWhenThatWasAndNotWhenItWouldHaveExpired() {
    assertThat(deadline("decided")).isEqualTo("Closed Thu 26 Nov 2026, 12:43 UTC");
    assertThat(deadline("expired")).startsWith("Expired Thu 26 Nov 2026, 12:38 UTC");
    assertThat(deadline("open")).startsWith("Expires Thu 26 Nov 2026, 16:00 UTC (in 3 h 12 min)");
  }

  private String deadline(String state) {
    return Jsoup.parse(look(Samples.states().get(state)).body()).select(".deadline").text();
  }

  @Test
  void aPageIsLighterThanSixtyKilobytesInEveryState() {
    int shell = bytes(answers.loading(Samples.ID));
    Map<String, Integer> weights = new TreeMap<>();
    Samples.states()
        .forEach((name, answer) -> {
          int json = bytes(answers.look(request("/api/approvals/x/view"), answer, asker));
          weights.put(name, Math.max(shell + json, bytes(look(answer))));
        });
    SamplePages.all().forEach((name, page) -> weights.merge(name, bytes(page), Math::max));
    weights.remove("whole-action"); // All of an action, of whatever size: asked for by itself.
    int heaviest = Collections.max(weights.values());
    System.out.printf(
        "page weight: %d states, the heaviest %d bytes, the shell alone %d%n",
        weights.size(), heaviest, shell);
    assertThat(weights).allSatisfy((name, weight) -> assertThat(weight).isLessThan(60 * 1024));
  }

  @Test
  void aPageOfTheLongestAndOddestTextsIsStillLight() {
    Samples.Draft draft = new Samples.Draft();
    String hostile = "<b>&\u202E".repeat(60_000);
    draft.arguments = Samples.arguments().put("body", hostile).put("subject", hostile);
    draft.explanation = hostile;
    draft.title = hostile;
    draft.preview =
        List.of(
            Preview.text("Body", hostile),
            Preview.json("Arguments", draft.arguments),
            Preview.diff("Subject", hostile, hostile));
    DeskAnswer answer = new DeskAnswer.Open(draft.view(), Samples.NONCE);

    Response page = look(answer);
    Response whole = answers.action(request("/approvals/x/action"), answer);

    assertThat(page.body().length()).isLessThan(60 * 1024);
    assertThat(page.body()).doesNotContain("\u202E", "<b>&");
    assertThat(Jsoup.parse(whole.body()).select("pre").text()).contains("\\u202e".repeat(1));
  }

  private static int bytes(Response page) {
    return page.body().getBytes(StandardCharsets.UTF_8).length;
  }
}
