package dev.treadle.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Preview;
import dev.treadle.approval.DeskAnswer;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** What the one script adds to the pages, and that none of it decides. */
@NeedsBrowser
class PageScriptTest {
  private static final String DECISIONS = "api/approvals/" + Samples.ID + "/decisions";
  private final Map<String, Response> pages = new LinkedHashMap<>(SamplePages.all());
  private static Browser browser;
  private PageServer server;

  @BeforeAll
  static void open() {
    browser = new Browser().size(1280, 900);
  }

  @AfterAll
  static void close() {
    browser.close();
  }

  /** On a port of its own, and so with nothing that a browser kept for another test. */
  @BeforeEach
  void serve() throws IOException {
    server = new PageServer(pages);
  }

  @AfterEach
  void end() {
    browser.open("about:blank");
    server.close();
  }

  private void type(CharSequence keys) {
    new Actions(browser.driver()).sendKeys(keys).perform();
  }

  private boolean is(String condition) {
    return (Boolean) browser.script("return " + condition);
  }

  private static final String NOTHING_CHOSEN = "!document.querySelector('.choice:checked')";

  private void approve() {
    SamplePages.show(browser, server, "deciding");
    browser.see("#comment").sendKeys("Looks right.");
    browser.see(".confirm button").click();
  }

  @Test
  void singleKeysAreOffOnAPageThatDecidesUntilSomebodyTurnsThemOn() {
    browser.open(server.address("open"));
    type("a");
    type("?");
    assertThat(is(NOTHING_CHOSEN + " && !document.querySelector('dialog[open]')")).isTrue();

    browser.see("[data-opens=help]").click();
    browser.see("#single-keys").click();
    type(Keys.ESCAPE);
    assertThat(is("document.activeElement.dataset.opens === 'help'")).isTrue();
    type("r");
    assertThat(is("document.getElementById('d-reject').checked")).isTrue();
    type(Keys.ESCAPE);
    type("a");
    assertThat(is("document.getElementById('d-approve').checked")).isTrue();
    type("?");
    browser.see("dialog", "none decides");

    browser.open(server.address("open"));
    type("?");
    browser.see("dialog", "none decides");
  }

  @Test
  void inTheInboxKeysGoFromRowToRowAndToTheSearch() {
    browser.open(server.address("inbox"));
    type("j");
    type("j");
    type("k");
    assertThat(is("document.activeElement === document.querySelectorAll('[data-rows] a')[0]"))
        .isTrue();
    type("/");
    assertThat(is("document.activeElement.name === 'q'")).isTrue();
    type("jk?");
    assertThat(is("document.activeElement.value === 'jk?'")).isTrue();
  }

  @Test
  void theEndIsAnnouncedAtTenFiveAndOneMinuteAndNotBetween() {
    Instant end = new Samples.Draft().expiresAt;
    browser.open(server.address("open"));
    StringBuilder said = new StringBuilder();
    for (int seconds = 660; seconds > 0; seconds -= 15) {
      browser.script(
          "Date.now = () => arguments[0]; document.getElementById('spoken').textContent = '';"
              + " document.dispatchEvent(new Event('visibilitychange'))",
          end.toEpochMilli() - seconds * 1_000L);
      String words =
          (String) browser.script("return document.getElementById('spoken').textContent");
      if (!words.isEmpty()) said.append(seconds).append(": ").append(words).append('\n');
    }
    assertThat(said.toString())
        .isEqualTo(
            """
            585: This request ends in less than 10 minutes. You can give it more time.
            285: This request ends in less than 5 minutes. You can give it more time.
            45: This request ends in less than a minute. You can give it more time.
            """);
    browser.see(".more-time").click();
    browser.see("#more-time button", "Give it more time");
  }

  @Test
  void whileAnAnswerIsOnItsWayNothingElseCanBePressed() {
    approve();
    browser.see(".decide[aria-busy=true] button", "Sending");
    assertThat(
            (List<?>)
                browser.script(
                    "return [...document.querySelectorAll('main button, main input, main"
                        + " textarea, main select')].filter(e => !e.disabled)"))
        .isEmpty();
  }

  @Test
  void whenTheStoreIsAwayTheFormKeepsWhatWasTypedAndItsNonce() {
    String answer =
        "{\"code\": \"STORE_UNAVAILABLE\", \"detail\": \"Nothing was recorded. Try again.\","
            + " \"html\": \"<main id='main'>gone</main>\"}";
    pages.put(DECISIONS, Response.json(200, answer));
    approve();
    browser.see(".errors[role=alert]", "Nothing was recorded. Try again.");
    assertThat(browser.see("#comment").getDomProperty("value")).isEqualTo("Looks right.");
    assertThat(browser.script("return document.querySelector('[name=nonce]').value"))
        .isEqualTo(Samples.NONCE);
    assertThat(is("!document.querySelector('.confirm button').disabled")).isTrue();
  }

  @Test
  void anAnswerThatIsNotOursIsAFailureThatCanBeSentAgain() {
    pages.put(DECISIONS, Response.json(200, "{}"));
    approve();
    browser.see(".errors[role=alert]", "Send it again: it counts once");
  }

  @Test
  void backTakesTheChoiceBackAndKeepsWhatWasTyped() {
    SamplePages.show(browser, server, "deciding");
    browser.see("#comment").sendKeys("Looks right.");
    browser.see(".back").click();
    assertThat(is(NOTHING_CHOSEN)).isTrue();
    browser.see("label[for=d-approve]").click();
    assertThat(browser.see("#comment").getDomProperty("value")).isEqualTo("Looks right.");
  }

  @Test
  void theDeadlineShowsItsTimeInUtcToWhoeverFocusesIt() {
    browser.command("Emulation.setTimezoneOverride", Map.of("timezoneId", "Europe/Berlin"));
    browser.open(server.address("open"));
    assertThat(browser.see(".zoned").getText()).isEqualTo("Thu, 26 Nov 2026, 17:00 CET");
    browser.script("document.querySelector('.zoned').focus()");
    assertThat(browser.see(".zoned .utc").getText()).isEqualTo("Thu 26 Nov 2026, 16:00 UTC");
  }

  @Test
  void hostileTextIsShownAsWhatItIsAndRunsNothing() {
    browser.script("window.name = 'quiet'");
    browser.open(server.address("hostile"));
    assertThat(browser.driver().getTitle()).contains("sales@");
    assertThat(browser.see(".warnings").getText())
        .contains(
            "To: the name",
            "machines read it as xn--xample-2of.com",
            "Subject: a character that reverses the reading direction",
            "Body: an invisible character");
    assertThat(browser.see("section.model").getText())
        .contains("Written by the model, not verified", "Approved by Ben", "<script>approve()");
    assertThat(is("!document.querySelector('section.model :is(script,b,img,a)')")).isTrue();
    assertThat(browser.text()).doesNotContain("\u202E", "\u200B", "\u2060");
    assertThat(is("!document.querySelector('.votes li') && document.scripts.length === 1"))
        .isTrue();
    assertThat(browser.see(".link").getText()).isEqualTo("Show the whole action");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void noOtherSiteFramesThePageAndNoPictureComesFromOutside() throws IOException {
    try (OtherSite evil = new OtherSite(server.address("open"))) {
      browser.complaints();
      browser.open(evil.address("frames"));
      // Its own picture and its own frame: nothing is amiss here.
      assertThat(evil.loads()).containsOnlyKeys("/frames", "/frame", "/own.png");
      assertThat(browser.complaints())
          .singleElement()
          .asString()
          .contains(server.address("open").replaceAll("open$", ""), "frame-ancestors 'none'");

      Samples.Draft draft = new Samples.Draft();
      String picture = evil.address("told.png");
      draft.title = "<img src=%s> ![](%s)".formatted(picture, picture);
      draft.explanation = draft.title;
      draft.arguments = Samples.arguments().put("body", draft.title);
      draft.preview = List.of(Preview.text("Body", draft.title), Preview.link("Page", picture));
      pages.put("pictured", SamplePages.looked(new DeskAnswer.Open(draft.view(), Samples.NONCE)));
      browser.open(server.address("pictured"));
      assertThat(browser.see("section.model").getText()).contains("<img src=" + picture);
      assertThat(browser.complaints()).isEmpty();
      // Nor if a text got around the escaping.
      browser.script(
          "const i = new Image(); i.onerror = () => window.refused = true; i.src = arguments[0];"
              + " document.body.append(i)",
          evil.address("smuggled.png"));
      browser.await(() -> is("window.refused === true"));
      assertThat(browser.complaints())
          .singleElement()
          .asString()
          .contains("smuggled.png", "default-src 'none'");
      assertThat(evil.loads()).doesNotContainKeys("/told.png", "/smuggled.png");
    }
  }
}
