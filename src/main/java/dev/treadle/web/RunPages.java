package dev.treadle.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.Json;
import dev.treadle.Schema;
import dev.treadle.Violation;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.Starter;
import dev.treadle.engine.Task;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The page that starts a task by hand, for people whom the entrance has identified. */
final class RunPages {
  private static final String PAGE = "/run";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);
  private final Starter starter;
  private final Pages pages;
  private final InstantSource clock;

  RunPages(Starter starter, Pages pages, InstantSource clock) {
    this.starter = starter;
    this.pages = pages;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.of("GET", PAGE, (request, _) -> look(request)),
        Route.of("POST", PAGE, (request, _) -> Submission.ofForm(request, pages, this::start)));
  }

  private Response look(Request request) {
    if (request.sender().person().isEmpty()) return pages.refusal(Submission.SIGN_IN);
    String agent = request.query().getOrDefault("agent", "");
    String id = "run-" + STAMP.format(clock.instant());
    return page(200, new RunPage(TaskPage.Notice.NONE, choices(agent), id, "{}"));
  }

  private Response start(String who, Fields fields) {
    try {
      ObjectNode request = Json.object().put("task_id", fields.text("id").strip());
      request.put("task_type", fields.text("agent")).put("triggered_by", who);
      request.set("input_data", Json.parse(fields.text("input")));
      return switch (starter.start(request)) {
        case StartAnswer.Started(Task task) -> opened(task);
        case StartAnswer.Existing(Task task) -> opened(task);
        case StartAnswer.Refused(List<Violation> violations) ->
            refused(fields, Submission.invalid(violations).detail());
      };
    } catch (Json.MalformedJson malformed) {
      return refused(fields, "input must be JSON: " + malformed.getMessage());
    }
  }

  private static Response opened(Task task) {
    return Response.empty(303).with("location", "/tasks/" + task.id());
  }

  /** With all that was typed, so that a slip costs nothing. */
  private Response refused(Fields fields, String why) {
    RunPage page =
        new RunPage(
            new TaskPage.Notice("Nothing was started: " + why, false),
            choices(fields.text("agent")),
            fields.text("id"),
            fields.text("input"));
    return page(400, page);
  }

  private Response page(int status, RunPage page) {
    return Response.html(status, pages.console("Run an agent", pages.run(page)));
  }

  private List<RunPage.Choice> choices(String chosen) {
    return starter.agents().stream()
        .map(agent -> new RunPage.Choice(agent.name(), agent.name().equals(chosen), schema(agent)))
        .toList();
  }

  private static String schema(Agent agent) {
    return agent.input().map(Schema::json).map(Json::pretty).orElse("");
  }
}
