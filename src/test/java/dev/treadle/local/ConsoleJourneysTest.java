package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Reserve;
import dev.treadle.Status;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.lambda.AgentExecutors;
import dev.treadle.llm.scripted.Scenario;
import dev.treadle.web.Browser;
import dev.treadle.web.NeedsBrowser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** What operators do in the console, in a real browser. */
@NeedsBrowser
class ConsoleJourneysTest {
  private static final int MANY = 300;
  private static Browser browser;
  @TempDir private Path folder;
  private Office office;

  /** What the clerk looks at. */
  record Page(int number) {}

  /** What the clerk sends. */
  record Letter(String to) {}

  @BeforeAll
  static void open() {
    browser = new Browser();
  }

  @AfterAll
  static void close() {
    browser.close();
  }

  @BeforeEach
  void openOffice() throws IOException {
    office = new Office(folder, _ -> clerk(), ConsoleJourneysTest::scripted);
    browser.at(office.clock.instant(), "Europe/Berlin").size(1280, 900).theme("light");
  }

  @AfterEach
  void closeOffice() {
    office.close();
  }

  private static Agent clerk() {
    return Agent.named("clerk")
        .instructions("Look, then write.")
        .tool(
            Tool.readOnly(
                "look",
                "Looks",
                Page.class,
                (page, _) -> ToolOutcome.succeeded("page " + page.number())))
        .tool(
            Tool.irreversible(
                "write",
                "Writes",
                BlastRadius.MEDIUM,
                Letter.class,
                (letter, _) -> ToolOutcome.succeeded("written to " + letter.to())))
        .limits(Limits.DEFAULT.withMaxIterations(MANY + 10))
        .build();
  }

  /** A task looks as often as its id says at its end; one that is named letters writes then. */
  private static StepExecutor scripted(Agent agent) {
    Map<TaskId, StepExecutor> played = new HashMap<>();
    return new StepExecutor() {
      @Override
      public StepResult execute(StepInput input, Actions actions) {
        // A fork goes on with what its source played.
        TaskId source = new TaskId(input.taskId().value().replace("-again", ""));
        return played
            .computeIfAbsent(
                source, id -> AgentExecutors.scripted(Optional.of(play(id)), List.of(agent)))
            .execute(input, actions);
      }

      @Override
      public Reserve firstReserve(Agent of) {
        return AgentExecutors.scripted(Optional.of(play(new TaskId("look-" + MANY))), List.of(of))
            .firstReserve(of);
      }
    };
  }

  private static Scenario play(TaskId id) {
    ObjectNode scenario = Json.object().put("name", "clerk");
    ArrayNode answers = scenario.putArray("answers");
    int looks = Integer.parseInt(id.value().replaceAll("[^0-9]", ""));
    for (int i = 1; i <= looks; i++) {
      ObjectNode answer = answers.addObject().put("text", "I look at page " + i + ".");
      call(answer, "look").put("number", i);
      answer.putObject("state_mutations").put("seen", i);
      answer
          .putObject("usage")
          .put("input_tokens", 900 + 7 * i)
          .put("output_tokens", 40)
          .put("cost_micros", 1_200 + 9 * i);
    }
    if (id.value().startsWith("letters")) {
      call(answers.addObject().put("text", "The letter is ready."), "write")
          .put("to", "sales@example.com");
    }
    call(answers.addObject(), "complete_task").putObject("output");
    return Scenario.parse(Json.write(scenario));
  }

  private static ObjectNode call(ObjectNode answer, String tool) {
    return answer.withArray("calls").addObject().put("tool", tool).putObject("arguments");
  }

  private TaskId start(String id, int maxIterations) {
    ObjectNode request =
        Json.object()
            .put("task_id", id)
            .put("task_type", "clerk")
            .put("triggered_by", "schedule:morning")
            .put("max_iterations", maxIterations);
    request.putObject("input_data");
    var _ = office.loop.starter().start(request);
    return new TaskId(id);
  }

  private Status status(TaskId id) {
    return office.store.find(id).orElseThrow().status();
  }

  private void list() {
    browser.open(office.site() + "/tasks");
  }

  private static void submit(String deed, String reason, Map<String, String> fields) {
    browser.see("#act-" + deed + " summary").click();
    fields.forEach((name, value) -> {
      var field = browser.see("#act-" + deed + " input[name=" + name + "]");
      field.clear();
      field.sendKeys(value);
    });
    browser.see("#act-" + deed + " input[name=reason]").sendKeys(reason);
    browser.see("#act-" + deed + " button").click();
  }

  @Test
  void whoLooksForTheStuckTaskReadsWhyAndSendsItAgain() {
    TaskId lost = start("look-2", 5);
    office.clock.pass(Duration.ofMinutes(9));
    list();
    browser.see(".tabs a[href*=stuck] .count", "1").click();
    browser.see(".tasks .why", "o worker has taken iteration 1 of 5");
    browser.see(".tasks a", "look-2").click();
    browser.see(".standing .then", "nothing until workers and the watchdog run");
    submit("redrive", "the worker was gone", Map.of());
    browser.see("#notice", "It was sent again.");
    office.work();
    browser.see(".standing.done");
    assertThat(status(lost)).isEqualTo(Status.DONE);
    assertThat(browser.text()).contains("the worker was gone", "person:ann");
  }

  @Test
  void whoReadsWhyATaskFailedResumesItWithMoreAndForksIt() {
    TaskId capped = start("look-4", 3);
    office.work();
    list();
    browser.see(".tabs a[href*=failed] .count", "1").click();
    browser.see(".tasks a", "look-4").click();
    browser.see(".standing .why", "all 3 iterations are used");
    submit("resume", "three were too few", Map.of("iterations", "6"));
    browser.see("#notice", "It was resumed.");
    office.work();
    browser.see(".standing.done");
    assertThat(status(capped)).isEqualTo(Status.DONE);
    browser.see(".chip", "resumed from checkpoint");

    submit("fork", "once more", Map.of("checkpoint", "3", "new_task_id", "look-4-again"));
    browser.see("#notice", "This is the fork.");
    browser.see("h1", "look-4-again");
    browser.see(".kin a", "look-4");
    office.work();
    browser.see(".standing.done");
    assertThat(status(new TaskId("look-4-again"))).isEqualTo(Status.DONE);
  }

  @Test
  void aTaskThatRunsIsFollowedToItsEndWithoutAReload() {
    start("look-3", 9);
    browser.open(office.site() + "/tasks/look-3");
    browser.see(".standing.running");
    browser.see(".empty", "No step yet.");
    browser.script("window.same = true");
    office.work();
    browser.see(".standing.done");
    browser.see(".run .did", "complete_task");
    assertThat(browser.script("return window.same")).isEqualTo(true);
    browser.driver().findElement(By.tagName("body")).sendKeys("j");
    browser.driver().switchTo().activeElement().sendKeys(Keys.ENTER);
    browser.see("#detail", "Step 1");
    browser.driver().findElement(By.tagName("body")).sendKeys(Keys.ESCAPE);
    browser.await(() -> browser.driver().findElements(By.id("detail")).isEmpty());
  }

  @Test
  void whatWaitsIsApprovedFromTheInboxAndGoesOn() {
    TaskId waiting = start("letters-1", 9);
    office.work();
    list();
    browser.see(".tasks li.waiting", "letters-1");
    browser.see("nav a", "Approvals").click();
    browser.see(".requests a", "rite").click();
    browser.see("label[for=d-approve]").click();
    browser.see("input[name=read]").click();
    browser.see(".confirm button").click();
    browser.see("#notice", "You approved");
    office.work();
    browser.open(office.site() + "/tasks/letters-1");
    browser.see(".standing.done");
    assertThat(status(waiting)).isEqualTo(Status.DONE);
  }

  @Test
  void whatIsHaltedStandsOnTheListUntilItIsLifted() {
    TaskId halted = start("look-2", 5);
    browser.open(office.site() + "/halts");
    browser.see("input[name=reason]").sendKeys("the prices are wrong");
    browser.see("form[action='/halts'] button").click();
    browser.driver().switchTo().alert().accept();
    browser.see("[role=status]", "It is halted.");
    office.work();
    list();
    browser.see(".standing.failed", "Everything is halted");
    browser.see(".tasks .why", "halted by person:ann: everything: the prices are wrong");

    browser.open(office.site() + "/halts");
    browser.see(".halts summary").click();
    browser.see(".halts input[name=reason]").sendKeys("they are right");
    browser.see(".halts button").click();
    browser.see("[role=status]", "It goes on.");
    office.pass(Duration.ofMinutes(7));
    assertThat(status(halted)).isEqualTo(Status.DONE);
  }

  @Test
  void axeFindsNothingOnAnyPageInBothThemesAndNoneIsWiderThanAPhone() throws IOException {
    Map<String, String> pages = new HashMap<>();
    pages.put("an empty install", "/tasks");
    List<String> found = new ArrayList<>(axe(pages));
    pages.clear();
    start("look-" + MANY, MANY + 9);
    office.work();
    start("look-3", 2);
    start("letters-1", 9);
    office.work();
    start("look-2", 5);
    aLongTaskIsLightAndItsEndsAreNear();
    pages.put("the list", "/tasks");
    pages.put("running", "/tasks/look-2");
    pages.put("waiting", "/tasks/letters-1?view=full&step=2");
    pages.put("failed", "/tasks/look-3?view=state");
    pages.put("long", "/tasks/look-" + MANY + "?view=messages");
    pages.put("the switch", "/halts");
    pages.put("a run", "/run");
    pages.put("schedules", "/series");
    pages.put("approvals", "/inbox");
    found.addAll(axe(pages));
    System.out.printf("axe: %d pages, %d violations%n", pages.size() + 1, found.size());
    assertThat(found).isEmpty();
    assertThat(browser.complaints()).noneMatch(each -> each.contains("Content Security Policy"));
  }

  private void aLongTaskIsLightAndItsEndsAreNear() {
    var _ = office.reads.journalItems();
    browser.open(office.site() + "/tasks/look-" + MANY);
    // What is shown, and as many before it as lie between two snapshots.
    assertThat(office.reads.journalItems()).isBetween(50, 80);
    assertThat(browser.driver().findElements(By.cssSelector(".run li"))).hasSizeLessThan(60);
    assertThat(browser.driver().getPageSource().length()).isLessThan(100_000);
    browser.see(".run .did", "complete_task");
    browser.see("a.page", "Earlier steps").click();
    browser.see("a.page", "Later steps");
    browser.see("#chart ~ .hint a", "All iterations").click();
    browser.see("#chart ~ .hint", "over 301 iterations");
    browser.see("#first-failure").click();
    browser.see("#notice", "No step of it failed.");
  }

  /** Also takes a picture of each page, to be looked at. */
  private List<String> axe(Map<String, String> pages) throws IOException {
    List<String> found = new ArrayList<>();
    for (String theme : List.of("light", "dark")) {
      boolean isWide = theme.equals("light");
      browser.theme(theme);
      for (var page : pages.entrySet()) {
        String name = page.getKey();
        browser.size(isWide ? 1280 : 360, isWide ? 900 : 740);
        browser.open(office.site() + page.getValue());
        String file = "console-%s-%s.png".formatted(name.replace(' ', '-'), theme);
        browser.photograph(Path.of("target/pictures", file));
        if (!isWide) browser.size(320, 740);
        browser.script("document.querySelectorAll('details').forEach(d => d.open = true)");
        browser.violations().forEach(each -> found.add(name + ", " + theme + ": " + each));
        Long width = (Long) browser.script("return document.documentElement.scrollWidth");
        if (!isWide && width > 320) found.add(name + " is %d pixels wide".formatted(width));
      }
    }
    return found;
  }
}
