package dev.treadle.web;

import dev.treadle.TaskId;
import dev.treadle.Violation;
import dev.treadle.approval.Names;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.KillSwitch;
import dev.treadle.engine.ListPlace;
import dev.treadle.engine.Loop;
import dev.treadle.engine.OperatorAnswer;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The list of tasks and the page of one, for people whom the entrance has identified. */
final class TaskPages {
  private static final String LIST = "/tasks";
  private final Loop loop;
  private final KillSwitch kill;
  private final Names names;
  private final Optional<AwsConsole> aws;
  private final Pages pages;
  private final InstantSource clock;

  TaskPages(
      Loop loop,
      KillSwitch kill,
      Names names,
      Optional<AwsConsole> aws,
      Pages pages,
      InstantSource clock) {
    this.loop = loop;
    this.kill = kill;
    this.names = names;
    this.aws = aws;
    this.pages = pages;
    this.clock = clock;
  }

  List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(Route.of("GET", "/", (_, _) -> Response.empty(303).with("location", LIST)));
    routes.add(Route.of("GET", LIST, (request, _) -> list(request)));
    routes.add(
        Route.of("GET", LIST + "/*", (request, id) -> task(request, id, 200, done(request))));
    for (Deeds.Deed deed : Deeds.Deed.values()) {
      routes.add(
          Route.of(
              "POST", LIST + "/*/" + deed.word(), (request, id) -> perform(request, deed, id)));
    }
    return routes;
  }

  private Response list(Request request) {
    if (request.sender().person().isEmpty()) return pages.refusal(Submission.SIGN_IN);
    return switch (TaskApi.query(request.query())) {
      case TaskApi.Right<TaskBoard.Query>(TaskBoard.Query query) -> {
        TaskBoard.Found found = TaskBoard.find(loop.store(), query, clock.instant());
        String title = query.filter().map(filter -> filter.title + " tasks").orElse("Tasks");
        String fragment = pages.tasks(page(found, query, request.query()));
        yield Response.html(200, pages.console(title, fragment));
      }
      case TaskApi.Wrong<TaskBoard.Query>(Violation violation) ->
          pages.refusal(Submission.invalid(List.of(violation)));
    };
  }

  private TaskListPage page(
      TaskBoard.Found found, TaskBoard.Query query, Map<String, String> asked) {
    List<TaskListPage.Tab> tabs = new ArrayList<>();
    tabs.add(
        new TaskListPage.Tab(
            "All", found.all().toString(), href("", asked), query.filter().isEmpty()));
    for (TaskBoard.Filter filter : TaskBoard.Filter.values()) {
      tabs.add(
          new TaskListPage.Tab(
              filter.title,
              String.valueOf(found.counts().get(filter)),
              href(filter.word(), asked),
              query.filter().equals(Optional.of(filter))));
    }
    Instant now = clock.instant();
    String state = query.filter().map(TaskBoard.Filter::word).orElse("");
    return new TaskListPage(
        kill.halts().standing().stream().map(HaltPage.Row::of).toList(),
        tabs,
        state,
        query.words(),
        found.agents().stream()
            .map(agent -> new TaskListPage.Choice(agent, agent.equals(query.agent())))
            .toList(),
        found.tasks().stream().map(line -> row(line, now)).toList(),
        found.next().map(next -> next(next, state, asked)).orElse(""),
        found.all().atLeast() == 0,
        query.after().isEmpty());
  }

  private static TaskListPage.Row row(TaskLine line, Instant now) {
    return new TaskListPage.Row(
        LIST + "/" + line.taskId(),
        line.taskId(),
        TaskListPage.Mark.of(line.state()),
        Times.readable(Legible.plain(line.why())),
        Times.readable(Legible.plain(line.next())),
        line.taskType(),
        Legible.plain(line.triggeredBy().replaceFirst(":", " ")),
        "%d of %d".formatted(line.iteration(), line.maxIterations()),
        Amounts.dollars(line.costMicrosLeft()) + " left",
        "started " + Times.span(age(line.triggeredAt(), now)) + " ago",
        "changed " + Times.span(age(line.since(), now)) + " ago");
  }

  private static Duration age(String since, Instant now) {
    Duration age = Duration.between(Instant.parse(since), now);
    return age.isNegative() ? Duration.ZERO : age;
  }

  private static String href(String state, Map<String, String> asked) {
    StringBuilder href = new StringBuilder(LIST);
    char separator = '?';
    if (!state.isEmpty()) {
      href.append("?state=").append(state);
      separator = '&';
    }
    for (String name : List.of("agent", "q")) {
      String value = asked.getOrDefault(name, "");
      if (value.isEmpty()) continue;
      href.append(separator).append(name).append('=').append(encoded(value));
      separator = '&';
    }
    return href.toString();
  }

  private static String next(ListPlace next, String state, Map<String, String> asked) {
    String list = href(state, asked);
    return list + (list.contains("?") ? "&" : "?") + "cursor=" + encoded(next.toString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private Response task(Request request, String id, int status, TaskPage.Notice notice) {
    if (request.sender().person().isEmpty()) return pages.refusal(Submission.SIGN_IN);
    Optional<Task> found =
        TaskId.isLegal(id) ? loop.store().find(new TaskId(id)) : Optional.empty();
    if (found.isEmpty()) return pages.refusal(TaskApi.NO_TASK);
    Task task = found.get();
    TaskView view = TaskView.of(request.query());
    if (request.query().getOrDefault("find", "").equals("failure")) {
      Optional<Integer> failed = firstFailure(task);
      if (failed.isPresent()) {
        String href = view.href(LIST + "/" + id, failed.get());
        return Response.empty(303).with("location", href);
      }
      return page(task, view, 200, new TaskPage.Notice("No step of it failed.", true));
    }
    return page(task, view, status, notice);
  }

  private Response page(Task task, TaskView view, int status, TaskPage.Notice notice) {
    TaskStore store = loop.store();
    JournalPart part = JournalPart.of(store, task, view.first(task.iteration()));
    List<JournalItem.Entry> charted = view.isChartWhole() ? entries(task) : part.entries();
    TaskFile file = TaskFile.read(store, task, clock.instant());
    TaskPage page = new TaskPageWriter(file, part, charted, names, view, aws).write(notice);
    String title = page.heading().state().words() + ": " + task.id();
    return Response.html(status, pages.console(title, pages.task(page)));
  }

  private List<JournalItem.Entry> entries(Task task) {
    List<JournalItem.Entry> entries = new ArrayList<>();
    for (JournalItem item : loop.store().journal(task.id(), JournalItem.firstKey(1))) {
      if (item instanceof JournalItem.Entry entry) entries.add(entry);
    }
    return entries;
  }

  /** Looks through a task from its beginning, a part at a time. */
  private Optional<Integer> firstFailure(Task task) {
    for (int first = 1; first <= task.iteration(); first += JournalPart.ITERATIONS) {
      JournalPart part = JournalPart.from(loop.store(), task, first);
      Optional<Integer> failed =
          Step.of(task, part, List.of(), names).stream()
              .filter(Step::isFailure)
              .map(Step::iteration)
              .findFirst();
      if (failed.isPresent()) return failed;
      first = part.first();
    }
    return Optional.empty();
  }

  private static TaskPage.Notice done(Request request) {
    return switch (request.query().getOrDefault("done", "")) {
      case "resume" -> good("It was resumed.");
      case "raise" -> good("Its budget was raised.");
      case "redrive" -> good("It was sent again.");
      case "cancel" -> good("It was cancelled, or stops before its next action.");
      case "fork" -> good("This is the fork.");
      default -> TaskPage.Notice.NONE;
    };
  }

  private static TaskPage.Notice good(String words) {
    return new TaskPage.Notice(words + " The journal says who did it and why.", true);
  }

  private Response perform(Request request, Deeds.Deed deed, String id) {
    return Submission.ofForm(
        request,
        pages,
        (who, fields) -> {
          if (!TaskId.isLegal(id)) return pages.refusal(TaskApi.NO_TASK);
          return switch (Deeds.perform(loop, deed, new TaskId(id), fields, who)) {
            case Deeds.Invalid(List<Violation> violations) ->
                task(
                    request,
                    id,
                    400,
                    TaskPage.Notice.unchanged(Submission.invalid(violations).detail()));
            case Deeds.Told(OperatorAnswer.Refused(String why)) ->
                task(request, id, 409, TaskPage.Notice.unchanged(why));
            case Deeds.Told(OperatorAnswer.Done(var task)) -> to(task.id(), deed);
            case Deeds.Told(OperatorAnswer.Requested(var task)) -> to(task.id(), deed);
          };
        });
  }

  private static Response to(TaskId id, Deeds.Deed deed) {
    return Response.empty(303).with("location", LIST + "/" + id + "?done=" + deed.word());
  }
}
