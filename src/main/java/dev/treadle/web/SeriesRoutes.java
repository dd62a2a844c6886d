package dev.treadle.web;

import dev.treadle.SeriesKey;
import dev.treadle.drift.Acknowledgement;
import dev.treadle.engine.SeriesRun;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How schedules and other series are doing, for somebody whom the entrance has identified. */
final class SeriesRoutes {
  private static final int SERIES_MAX = 100;
  private static final int RUNS_MAX = 30;
  private final SeriesDesk desk;
  private final Pages pages;

  SeriesRoutes(SeriesDesk desk, Pages pages) {
    this.desk = desk;
    this.pages = pages;
  }

  List<Route> routes() {
    return List.of(
        Route.of("GET", "/series", (request, _) -> signedIn(request, _ -> list(request))),
        Route.of(
            "GET",
            "/series/*",
            (request, name) ->
                signedIn(request, _ -> health(name, HealthPage.Expecting.FRESH, 200))),
        Route.of(
            "GET",
            "/series/*/compare",
            (request, name) -> signedIn(request, _ -> compare(name, request.query()))),
        Route.of(
            "POST",
            "/series/*/expect",
            (request, name) -> signedIn(request, person -> expect(request, name, person))));
  }

  /** What an identified person gets. */
  private interface Answer {
    Response to(String person);
  }

  private Response signedIn(Request request, Answer answer) {
    return request
        .sender()
        .person()
        .map(answer::to)
        .orElseGet(() ->
            told(401, "Sign in first", "These pages are for people whom the entrance knows."));
  }

  private Response told(int status, String title, String... lines) {
    return Response.html(status, pages.page(title, pages.message(title, lines)));
  }

  private Response list(Request request) {
    String asked = request.query().getOrDefault("name", "").strip();
    if (SeriesKey.isLegal(asked) && desk.looking().apply(new SeriesKey(asked)).isPresent()) {
      return Response.empty(303).with("location", HealthPage.href(new SeriesKey(asked)));
    }
    List<SeriesPage.Row> rows =
        desk.scheduled().get().stream()
            .limit(SERIES_MAX)
            .map(key ->
                SeriesPage.Row.of(key, desk.looking().apply(key).map(SeriesDesk.View::health)))
            .toList();
    String fragment = pages.series(new SeriesPage(rows, Legible.plain(asked)));
    return Response.html(asked.isEmpty() ? 200 : 404, pages.page("Schedules", fragment));
  }

  private Optional<SeriesDesk.View> view(String name) {
    return SeriesKey.isLegal(name) ? desk.looking().apply(new SeriesKey(name)) : Optional.empty();
  }

  private Response missing(String name) {
    return told(
        404,
        "No such series",
        "No run of a series "
            + Legible.plain(name)
            + " has ended yet, and no schedule has its name.",
        "A schedule's tasks are the series of its name.");
  }

  private Response health(String name, HealthPage.Expecting form, int status) {
    Optional<SeriesDesk.View> view = view(name);
    if (view.isEmpty()) return missing(name);
    HealthPage page = new HealthWriter(view.get()).page(form);
    String title = page.verdict().words() + ": " + page.name();
    return Response.html(status, pages.page(title, pages.health(page)));
  }

  private Response compare(String name, Map<String, String> query) {
    if (view(name).isEmpty()) return missing(name);
    SeriesKey key = new SeriesKey(name);
    List<SeriesRun> runs = runs(key).stream().filter(run -> run.fingerprint() != null).toList();
    Optional<SeriesRun> before = chosen(runs, query.getOrDefault("before", ""), 1);
    Optional<SeriesRun> now = chosen(runs, query.getOrDefault("now", ""), 0);
    if (before.isEmpty() || now.isEmpty()) {
      return told(
          404,
          "Nothing to compare",
          "Two of the last %d runs of %s with a result are needed.".formatted(RUNS_MAX, name));
    }
    ComparisonPage page = ComparisonPage.of(key, runs, before.get(), now.get());
    return Response.html(200, pages.page("Two runs of " + name, pages.comparison(page)));
  }

  private List<SeriesRun> runs(SeriesKey key) {
    return desk.table().runs(key, desk.clock().instant().plusSeconds(1), RUNS_MAX);
  }

  private static Optional<SeriesRun> chosen(List<SeriesRun> runs, String task, int fromNewest) {
    return task.isEmpty()
        ? runs.stream().skip(fromNewest).findFirst()
        : runs.stream().filter(run -> run.taskId().value().equals(task)).findFirst();
  }

  private Response expect(Request request, String name, String person) {
    if (request.isFromElsewhere()) {
      return told(403, "This came from another site", "Nothing was recorded.");
    }
    if (view(name).isEmpty()) return missing(name);
    return switch (Fields.of(request)) {
      case Fields.Read(Fields fields) -> expect(new SeriesKey(name), person, fields);
      case Fields.Unreadable(Problem problem) ->
          told(problem.status(), problem.title(), problem.detail());
    };
  }

  private Response expect(SeriesKey key, String person, Fields fields) {
    String until = fields.byName().getOrDefault("until", "");
    String reason = fields.byName().getOrDefault("reason", "");
    Instant now = desk.clock().instant();
    try {
      LocalDate day = LocalDate.parse(until);
      if (day.isBefore(now.atZone(ZoneOffset.UTC).toLocalDate())) {
        throw new IllegalArgumentException("until must be today or later, was " + day);
      }
      desk.table()
          .acknowledge(
              Acknowledgement.now(
                  key,
                  runs(key),
                  now,
                  day.atStartOfDay(ZoneOffset.UTC).toInstant(),
                  "person:" + person,
                  reason));
      return Response.empty(303).with("location", HealthPage.href(key));
    } catch (DateTimeException notDate) {
      return refused(key, until, reason, "until must be a date such as 2026-03-31");
    } catch (IllegalArgumentException wrong) {
      return refused(key, until, reason, String.valueOf(wrong.getMessage()));
    }
  }

  private Response refused(SeriesKey key, String until, String reason, String rule) {
    return health(key.value(), new HealthPage.Expecting(until, reason, List.of(rule)), 400);
  }
}
