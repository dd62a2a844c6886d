package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.BlastRadius;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.Quorum;
import dev.treadle.Severity;
import dev.treadle.Status;
import dev.treadle.engine.Approval;
import dev.treadle.web.Browser;
import dev.treadle.web.NeedsBrowser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** What people do with a request, from the mail to the result, in a real browser. */
@NeedsBrowser
class ApprovalJourneysTest {
  private static Browser browser;
  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    browser = new Browser();
  }

  @AfterAll
  static void close() {
    browser.close();
  }

  @AfterEach
  void runScriptsAgain() {
    browser.command("Emulation.setScriptExecutionDisabled", Map.of("value", false));
    browser.size(1280, 1000);
  }

  private static void choose(String id) {
    browser.see("label[for=" + id + "]").click();
  }

  private static void confirm() {
    browser.see(".confirm button").click();
  }

  private static void notice(String... words) {
    for (String each : words) browser.see("#notice", each);
  }

  @Test
  void fromTheMailToTheResult() throws Exception {
    try (Office office = Office.publishing(folder)) {
      browser.open(office.link("ann@example.com"));
      browser.see("h1", Office.PAGE_TITLE);
      assertThat(browser.driver().getTitle()).isEqualTo("Open: " + Office.PAGE_TITLE);

      choose("d-approve");
      browser.see("input[name=read]").click();
      confirm();

      notice("You approved", "It runs next");
      assertThat(office.published).isEmpty();
      office.work();
      notice("Done.", "published as article 7");
      assertThat(office.published).hasSize(1);
      assertThat(office.store.find(Office.TASK).orElseThrow().status()).isEqualTo(Status.DONE);
    }
  }

  @Test
  void anActionThatFailsAfterTheApprovalSaysSoOnThePage() throws Exception {
    try (Office office = Office.publishing(folder)) {
      office.fails = true;
      browser.open(office.link("ann@example.com"));
      choose("d-approve");
      browser.see("input[name=read]").click();
      confirm();
      notice("It runs next");
      office.work();
      notice("Approved, but the action failed", "the blog is read-only today");
    }
  }

  @Test
  void nothingIsSentBeforeItIsTicked() throws Exception {
    try (Office office = Office.publishing(folder)) {
      browser.open(office.link("ann@example.com"));
      choose("d-approve");
      confirm();
      browser.see(".errors", "Tick that you have read it.");
      assertThat(office.approval().state()).isEqualTo(Approval.State.OPEN);
      browser.see("input[name=read]").click();
      confirm();
      notice("You approved");
    }
  }

  @Test
  void anEditRunsAsItWasChangedAndInItsTypes() throws Exception {
    try (Office office = Office.publishing(folder)) {
      browser.open(office.link("ann@example.com"));
      choose("d-edit");
      var headline = browser.see("input[name='edit.headline']");
      headline.clear();
      headline.sendKeys("Oak desks cost more");
      browser.see("input[name=read]").click();
      confirm();
      notice("You approved");
      office.work();
      assertThat(office.published)
          .containsExactly(
              new Office.Article(
                  "Oak desks cost more",
                  "Three of fifteen prices changed.\nThe pages were read this morning.",
                  1));
    }
  }

  @Test
  void anEditOfAnotherTypeIsRefusedByNameAndLosesNothing() throws Exception {
    try (Office office = Office.publishing(folder)) {
      browser.open(office.link("ann@example.com"));
      choose("d-edit");
      var copies = browser.see("input[name='edit.copies']");
      copies.clear();
      copies.sendKeys("many");
      browser.see("input[name=read]").click();
      confirm();
      browser.see(".errors", "copies must be a number");
      assertThat(browser.see("input[name='edit.copies']").getDomProperty("value"))
          .isEqualTo("many");
      assertThat(office.approval().state()).isEqualTo(Approval.State.OPEN);
    }
  }

  @Test
  void aRejectionReachesTheAgentWithItsReason() throws Exception {
    try (Office office = Office.publishing(folder)) {
      browser.open(office.link("ann@example.com"));
      choose("d-reject");
      browser.see("#reason").sendKeys("The shelf is missing.");
      confirm();
      notice("You rejected", "The shelf is missing.");
      office.work();
      assertThat(office.published).isEmpty();
      assertThat(office.approval().state()).isEqualTo(Approval.State.REJECTED);
    }
  }

  @Test
  void afterItsTimeTheLinkShowsThatItExpired() throws Exception {
    try (Office office = Office.publishing(folder)) {
      String link = office.link("ann@example.com");
      office.pass(Duration.ofHours(25));
      browser.open(link);
      notice("Nobody answered", "It was not done");
      assertThat(browser.driver().getTitle()).startsWith("Expired: ");
      assertThat(browser.driver().findElements(By.cssSelector("form.decide"))).isEmpty();
    }
  }

  @Test
  void whatChangedWhileOneLookedIsShownAgainBeforeItCounts() throws Exception {
    Gate two = Gate.STANDARD.with("publish", Gate.Ruling.Ask.USUAL.of(new Quorum(2, false)));
    try (Office office = new Office(folder, two, "publish", Office.article())) {
      browser.open(office.link("ben@example.com"));
      choose("d-approve");
      browser.see("input[name=read]").click();
      office.desk.extend(
          new dev.treadle.approval.Caller.Person("ann", Office.TASK),
          office.approval().id(),
          office.approval().version());
      confirm();
      notice("This request changed while you looked");
      assertThat(office.approval().votes()).isEmpty();

      choose("d-approve");
      browser.see("input[name=read]").click();
      confirm();
      notice("Your approval is recorded (1 of 2)");
    }
  }

  @Test
  void withoutScriptThePastedLinkOpensTheSameRequestAndItsFormDecides() throws Exception {
    try (Office office = Office.publishing(folder)) {
      String link = office.link("ann@example.com");
      browser.command("Emulation.setScriptExecutionDisabled", Map.of("value", true));
      browser.open(link);
      browser.see("#link").sendKeys(link);
      browser.see("main form button").click();
      browser.see("h1", Office.PAGE_TITLE);

      choose("d-approve");
      confirm();
      browser.see(".errors", "Tick that you have read it.");
      choose("d-approve");
      browser.see("#comment").sendKeys("Looks right.");
      browser.see("input[name=read]").click();
      confirm();

      notice("You approved");
      office.work();
      assertThat(office.published).hasSize(1);
    }
  }

  @Test
  void withTheKeyboardAloneOneGetsThere() throws Exception {
    try (Office office = Office.publishing(folder)) {
      browser.open(office.link("ann@example.com"));
      browser.see("form.decide");
      press(Keys.TAB);
      assertThat(focused()).contains("Skip to the decision");
      press(Keys.ENTER);
      press(Keys.TAB);
      press(Keys.SPACE);
      assertThat((Boolean) browser.script("return document.getElementById('d-approve').checked"))
          .isTrue();
      press(Keys.TAB);
      press(Keys.SPACE);
      assertThat((Boolean) browser.script("return document.activeElement.name === 'read'"))
          .isTrue();
      assertThat(office.approval().state()).isEqualTo(Approval.State.OPEN);
      new Actions(browser.driver())
          .keyDown(Keys.CONTROL)
          .sendKeys(Keys.ENTER)
          .keyUp(Keys.CONTROL)
          .perform();
      notice("You approved");
    }
  }

  private static void press(Keys key) {
    new Actions(browser.driver()).sendKeys(key).perform();
  }

  private static String focused() {
    return (String) browser.script("return document.activeElement.textContent");
  }

  @Test
  void whatWeighsMostIsTypedBeforeItIsApproved() throws Exception {
    var payment = Json.object().put("to", "Birch Furniture").put("amount", "4200.00 EUR");
    try (Office office = new Office(folder, Gate.STANDARD, "pay", payment)) {
      assertThat(office.approval().action().blastRadius()).isEqualTo(BlastRadius.VERY_HIGH);
      assertThat(office.approval().grounds().severity()).isEqualTo(Severity.VERY_HIGH);
      browser.size(360, 740);
      browser.open(office.link("ann@example.com"));
      choose("d-approve");
      browser.see("input[name=read]").click();
      confirm();
      browser.see(".errors", "text to type");
      browser.see("#confirm").sendKeys("pay");
      confirm();
      notice("You approved");
      office.work();
      assertThat(office.paid).hasSize(1);
    }
  }

  @Test
  void fromTheInboxToTheResultWithoutALinkAndItsAddressKeepsTheFilter() throws Exception {
    try (Office office = Office.publishing(folder)) {
      browser.open(office.site() + "/inbox?state=waiting&agent=clerk&q=blog");
      browser.see("[aria-current]", "Waiting for me");
      assertThat(browser.see("input[name=q]").getDomProperty("value")).isEqualTo("blog");
      browser.see(".requests a", Office.PAGE_TITLE).click();
      browser.see("h1", Office.PAGE_TITLE);
      choose("d-approve");
      browser.see("input[name=read]").click();
      confirm();
      notice("You approved", "It runs next");
      office.work();
      notice("Done.", "published as article 7");

      browser.open(office.site() + "/inbox?state=waiting&agent=clerk");
      browser.see(".empty", "Nothing is waiting for you");
      browser.see(".last", "approved by Ann");
      browser.open(office.site() + "/inbox?state=decided&ended=approved");
      browser.see(".requests .end", "done");
      browser.open(office.site() + "/inbox?state=decided&q=nothing-like-it");
      browser.see(".empty", "No request fits these filters.");
    }
  }
}
