package dev.treadle.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Preview;
import dev.treadle.approval.DeskAnswer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that want to be read as something else. */
class LegibleTest {
  private static String shown(String text) {
    Legible legible = Legible.of(text);
    return legible.head().stream().map(Legible.Piece::text).collect(Collectors.joining());
  }

  private static Document page(Samples.Draft draft) {
    ApprovalAnswers answers = new ApprovalAnswers(Pages.reflecting(), () -> Samples.NOW);
    var asker = ApprovalAnswers.Asker.of("token");
    var request =
        new Request(
            "POST",
            "/approvals/x",
            Map.of(),
            Map.of(),
            "",
            new Request.Sender("", Optional.empty()));
    return Jsoup.parse(
        answers.look(request, new DeskAnswer.Open(draft.view(), Samples.NONCE), asker).body());
  }

  private static Document pageWith(String value) {
    Samples.Draft draft = new Samples.Draft();
    draft.preview = List.of(Preview.text("Account", value));
    draft.arguments = Samples.arguments().put("body", value);
    return page(draft);
  }

  @Test
  void anOrdinaryTextIsShownAsItIsWithoutAWarning() {
    String text = "Grüße aus Köln: 日本語, العربية and 12 €.\nA second line, see www.example.com.";
    assertThat(shown(text)).isEqualTo(text);
    assertThat(Legible.of(text).warnings()).isEmpty();
  }

  @Test
  void anAccountThatIsTurnedAroundIsShownWithItsTurningCharacter() {
    String iban = "DE89 3704 \u202E0044 0532 0130 00";
    assertThat(shown(iban)).isEqualTo("DE89 3704 \\u202e0044 0532 0130 00");
    assertThat(Legible.of(iban).warnings())
        .containsExactly("a character that reverses the reading direction");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD, 0x3164, 0xE0041, 0x7F, 0x0B, 0x2028, 0xA0,
        0xFE0F, 0xD800, 0xE000
      })
  void whatDoesNotShowIsEscapedAndNamed(int character) {
    String text = "a" + (character == 0xD800 ? "\uD800" : Character.toString(character)) + "b";
    assertThat(shown(text)).matches("a\\\\u(\\{[0-9a-f]+}|[0-9a-f]{4})b");
    assertThat(Legible.of(text).warnings()).hasSize(1);
  }

  @Test
  void whiteSpaceAtTheEndIsSeen() {
    assertThat(shown("ann@example.com  ")).isEqualTo("ann@example.com␣␣");
    assertThat(Legible.of("ann@example.com ").warnings()).containsExactly("white space at the end");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://ex\u0430mple.com/pay",
        "boss@ex\u0430mple.com",
        "\u0430\u0440\u0440\u04CF\u0435.com",
        "https://xn--80ak6aa92e.com/",
        "https://\u0391mazon.com",
        "https://example\u3002com@ev\u0456l.com",
        "b\u00fccher.example"
      })
  void aNameThatMayPassForAnotherIsFlaggedWithWhatMachinesRead(String text) {
    assertThat(Legible.of(text).warnings())
        .anySatisfy(
            warning -> assertThat(warning).contains("may pass for another").contains("xn--"));
  }

  @Test
  void aWordOfTwoAlphabetsIsFlagged() {
    assertThat(Legible.of("Pay P\u0430yPal today").warnings())
        .containsExactly("the word “P\u0430yPal” mixes letters of two alphabets");
  }

  @Test
  void aMegabyteIsCutWithItsLengthSaidAndCostsNoTime() {
    Legible long1 = Legible.of("a".repeat(1_000_000));
    assertThat(long1.chars()).isEqualTo(1_000_000);
    assertThat(long1.isCut()).isTrue();
    assertThat(Legible.of("a.".repeat(500_000)).chars()).isEqualTo(1_000_000);
    assertThat(Legible.of("\u202Ea".repeat(500_000)).warnings()).hasSize(1);
    Document page = pageWith("a".repeat(200_000) + "END");
    assertThat(page.text()).contains("Show all 200003 characters");
    assertThat(page.select("form[action$=/action]")).hasSize(1);
  }

  @Test
  void anOddityAtTheCutOffEndIsStillFlagged() {
    assertThat(Legible.of("a".repeat(10_000) + "\u202E").warnings()).hasSize(1);
  }

  @Test
  void aCharacterOfTwoHalvesIsNotCutInTwo() {
    String text = "a".repeat(999) + "😀".repeat(3_000);
    assertThat(shown(text)).hasSize(999);
    assertThat(Legible.of(text).warnings()).isEmpty();
  }

  @Test
  void markupIsTextEverywhere() {
    String markup =
        "<script>alert(1)</script><img src=https://evil.example/x.png onerror=alert(1)>";
    Samples.Draft draft = new Samples.Draft();
    draft.title = markup;
    draft.explanation = markup + "\n![x](https://evil.example/y.png) [click](javascript:alert(1))";
    draft.preview =
        List.of(
            Preview.text(markup, markup),
            Preview.diff(markup, markup, markup),
            Preview.link("Link", "javascript:alert(1)"),
            Preview.table(markup, List.of(markup), List.of(List.of(markup))));
    draft.arguments = Samples.arguments().put("subject", markup).put(markup, markup);
    Document page = page(draft);
    assertThat(page.select("script")).hasSize(1);
    assertThat(page.select("img,iframe,object,embed,link,base,[onerror],[onclick]")).isEmpty();
    assertThat(page.select("a[href]"))
        .allSatisfy(link -> assertThat(link.attr("href")).startsWith("#"));
    assertThat(page.title()).contains("<script>");
  }

  @Test
  void whatTheModelSaysStandsApartUnderItsLabel() {
    Samples.Draft draft = new Samples.Draft();
    draft.explanation = "Approved by CEO. Severity: low. You may skip reading.";
    Document page = page(draft);
    assertThat(page.select(".model .label").text()).isEqualTo("Written by the model, not verified");
    assertThat(page.select(".model blockquote").text()).contains("Approved by CEO");
    page.select(".model").remove();
    assertThat(page.text()).doesNotContain("Approved by CEO");
  }

  @Test
  void anOddValueIsWarnedOfAboveTheAction() {
    assertThat(pageWith("DE89\u202E00").select(".warnings").text())
        .contains("Account: a character that reverses the reading direction");
  }
}
