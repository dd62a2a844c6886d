package dev.treadle.web;

import dev.treadle.approval.DeskAnswer;
import dev.treadle.local.SeriesSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every page that people see of approvals, and what their scripts are answered. */
final class SamplePages {
  /** The states of the page that documentation shows, in its order. */
  static final List<String> PICTURED =
      List.of(
          "loading",
          "open",
          "deciding",
          "submitting",
          "edited",
          "approved-running",
          "approved-done",
          "approved-failed",
          "waiting-for-others",
          "withdrawn",
          "reported",
          "decided",
          "expired",
          "superseded",
          "task-over",
          "changed",
          "read-only",
          "not-valid",
          "void",
          "too-many-attempts",
          "unreachable",
          "no-script",
          "outcome-unknown",
          "hostile",
          "help",
          "inbox",
          "inbox-decided",
          "inbox-empty",
          "series",
          "health",
          "comparison");

  private static final ApprovalAnswers.Asker ASKER = ApprovalAnswers.Asker.of("token");
  private final Pages pages = Pages.reflecting();
  private final ApprovalAnswers answers = new ApprovalAnswers(pages, () -> Samples.NOW);
  private final Map<String, Response> all = new LinkedHashMap<>();

  private SamplePages() {}

  static Map<String, Response> all() {
    return new SamplePages().collected();
  }

  /** The page that an answer looks like. */
  static Response looked(DeskAnswer answer) {
    return new SamplePages().answers.look(request("/approvals/x", ""), answer, ASKER);
  }

  private static Request request(String path, String body) {
    return new Request(
        "POST",
        path,
        Map.of(),
        Map.of("content-type", Fields.FORM),
        body,
        new Request.Sender("", Optional.empty()));
  }

  private Map<String, Response> collected() {
    Request look = request("/approvals/x", "");
    Samples.states().forEach((name, answer) -> all.put(name, answers.look(look, answer, ASKER)));
    all.put("loading", answers.loading("never"));
    all.put("changed", answers.look(look, Samples.states().get("changed"), lookedBefore()));
    all.put("not-valid", answers.look(look, new DeskAnswer.Unknown(), ASKER));
    DeskAnswer tooMany = new DeskAnswer.TooManyAttempts(Duration.ofMinutes(4));
    all.put("too-many-attempts", answers.look(look, tooMany, ASKER));
    Request sent = request("/approvals/x/decisions", "t=token&nonce=n&decision=approve&read=yes");
    all.put("unreachable", answers.decided(sent, new DeskAnswer.StoreUnavailable(), ASKER));
    all.put("hostile", answers.look(look, Samples.hostile(), ASKER));
    all.put("whole-action", answers.action(look, Samples.open()));
    all.put("refused", answers.again(look, Samples.open(), refused(), "INVALID", 400));
    all.put("live", answers.loading("open"));
    Request script = request("/api/approvals/open/view", "");
    all.put("api/approvals/open/view", answers.look(script, Samples.open(), ASKER));
    InboxRoutes inbox = new InboxRoutes(null, pages, () -> Samples.NOW);
    all.put("inbox", inbox.shown(Samples.inbox(), Map.of()));
    all.put("inbox-filtered", inbox.shown(Samples.inbox(), Map.of("severity", "high")));
    all.put("inbox-decided", inbox.shown(Samples.inbox(), Map.of("state", "decided")));
    all.put("inbox-empty", inbox.shown(Samples.emptyInbox(), Map.of()));
    series();
    return all;
  }

  private void series() {
    Instant missed = Instant.parse("2026-03-11T19:00:00Z");
    try (SeriesSample weeks = new SeriesSample(folder("weeks"), 12);
        SeriesSample days = new SeriesSample(folder("days"), 3)) {
      Site site = Site.ofSeries(weeks.desk(missed), pages);
      all.put("series", site.answer(looking("/series", Map.of())));
      all.put("series-unknown", site.answer(looking("/series", Map.of("name", "morning"))));
      all.put("health", site.answer(looking("/series/" + weeks.key(), Map.of())));
      String compare = "/series/" + weeks.key() + "/compare";
      Map<String, String> redesign =
          Map.of("before", "pricing-2026-03-03", "now", "pricing-2026-03-04");
      all.put("comparison", site.answer(looking(compare, redesign)));
      all.put("comparison-same", site.answer(looking(compare, Map.of())));
      Request empty =
          new Request(
              "POST",
              "/series/" + weeks.key() + "/expect",
              Map.of(),
              Map.of("content-type", Fields.FORM),
              "until=2026-03-31&reason=",
              new Request.Sender("", Optional.of("ann")));
      all.put("health-refused", site.answer(empty));
      Site well = Site.ofSeries(days.desk(), pages);
      all.put("health-well", well.answer(looking("/series/" + days.key(), Map.of())));
    }
  }

  private static Path folder(String name) {
    try {
      return Files.createTempDirectory("treadle-" + name);
    } catch (IOException full) {
      throw new UncheckedIOException(full);
    }
  }

  private static Request looking(String path, Map<String, String> query) {
    return new Request(
        "GET", path, query, Map.of(), "", new Request.Sender("", Optional.of("ann")));
  }

  private static ApprovalAnswers.Asker lookedBefore() {
    var shown = new Shown(Optional.of(Samples.NOW.plusSeconds(3_600)), Optional.of(0));
    return new ApprovalAnswers.Asker("token", shown, List.of(), Form.Entered.NOTHING);
  }

  private static ApprovalAnswers.Asker refused() {
    return new ApprovalAnswers.Asker(
        "token",
        Shown.NOTHING,
        List.of(new Form.Problem("decision", "Choose what you decide.")),
        Form.Entered.NOTHING);
  }

  /** Brings a page into a state, by hand where it takes one. */
  static void show(Browser browser, PageServer server, String state) {
    browser.scripts(!state.equals("no-script"));
    switch (state) {
      case "deciding", "submitting" -> {
        browser.open("about:blank");
        browser.open(server.address("live") + "#t=token");
        browser.see("label[for=d-approve]").click();
        browser.see(".decide input[name=read]").click();
        if (state.equals("submitting")) browser.see(".confirm button").click();
      }
      case "no-script" -> browser.open(server.address("loading"));
      case "help" -> {
        browser.open(server.address("open"));
        browser.see("[data-opens=help]").click();
      }
      default -> browser.open(server.address(state));
    }
  }
}
