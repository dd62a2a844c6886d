package dev.treadle.web;

import dev.treadle.Violation;
import dev.treadle.engine.KillSwitch;
import java.util.List;

/** The page of the kill switch, for people whom the entrance has identified. */
final class HaltPages {
  private static final String PAGE = "/halts";
  private final KillSwitch kill;
  private final Pages pages;

  HaltPages(KillSwitch kill, Pages pages) {
    this.kill = kill;
    this.pages = pages;
  }

  List<Route> routes() {
    return List.of(
        Route.of("GET", PAGE, (request, _) -> look(request)),
        Route.of("POST", PAGE, (request, _) -> turn(request, kill::halt, "halted")),
        Route.of("POST", PAGE + "/lift", (request, _) -> turn(request, kill::lift, "lifted")));
  }

  private Response look(Request request) {
    if (request.sender().person().isEmpty()) return pages.refusal(Submission.SIGN_IN);
    return page(
        200,
        switch (request.query().getOrDefault("done", "")) {
          case "halted" ->
              new TaskPage.Notice("It is halted. All workers know within five seconds.", true);
          case "lifted" ->
              new TaskPage.Notice("It goes on. What was parked looks again in minutes.", true);
          default -> TaskPage.Notice.NONE;
        });
  }

  private Response page(int status, TaskPage.Notice notice) {
    HaltPage page = HaltPage.of(notice, kill.halts(), kill.things());
    return Response.html(status, pages.console("Kill switch", pages.halts(page)));
  }

  private Response turn(Request request, HaltApi.Turn turn, String done) {
    return Submission.ofForm(
        request,
        pages,
        (who, fields) -> {
          List<Violation> violations = HaltApi.violations(fields);
          if (!violations.isEmpty()) {
            return page(400, TaskPage.Notice.unchanged(Submission.invalid(violations).detail()));
          }
          return switch (turn.to(fields.text("what"), who, fields.text("reason").strip())) {
            case KillSwitch.Changed _ ->
                Response.empty(303).with("location", PAGE + "?done=" + done);
            case KillSwitch.Refused(String because) ->
                page(409, TaskPage.Notice.unchanged(because));
          };
        });
  }
}
