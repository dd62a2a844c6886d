package dev.treadle.web;

import dev.treadle.Json;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.Violation;
import dev.treadle.approval.Names;
import dev.treadle.drift.Acknowledgement;
import dev.treadle.drift.SeriesTable;
import dev.treadle.engine.ListPlace;
import dev.treadle.engine.Loop;
import dev.treadle.engine.OperatorAnswer;
import dev.treadle.engine.SeriesRun;
import dev.treadle.engine.Situation;
import dev.treadle.engine.Task;
import dev.treadle.web.Endpoint.Field;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The JSON API of tasks, for people whom the entrance has identified. The task pages show what it
 * answers and do what it does.
 */
final class TaskApi {
  private final Loop loop;
  private final SeriesTable series;
  private final Names names;
  private final InstantSource clock;
  private final List<Endpoint> endpoints;

  TaskApi(Loop loop, SeriesTable series, Names names, InstantSource clock) {
    this.loop = loop;
    this.series = series;
    this.names = names;
    this.clock = clock;
    this.endpoints = endpoints();
  }

  /**
   * A page of the list of tasks.
   *
   * @param next the cursor of the page after it
   * @param counts of each word that {@code state} takes, and of {@code all}
   */
  record TaskPageDocument(List<TaskLine> tasks, @Nullable String next, List<StateCount> counts) {}

  /**
   * How many tasks are in a state.
   *
   * @param isMore there are more than were counted
   */
  record StateCount(String state, int count, boolean isMore) {
    static StateCount of(String state, TaskBoard.Count count) {
      return new StateCount(state, count.atLeast(), count.isMore());
    }
  }

  /** A task after a deed. */
  record DeedDocument(String taskId, String status, long version, boolean isRequested) {}

  /** What was said about a series. */
  record AcknowledgementDocument(String series, String at, String until, String by) {}

  List<Endpoint> table() {
    return endpoints;
  }

  private List<Endpoint> endpoints() {
    List<Endpoint> all = new ArrayList<>(reads());
    Field[] limits = {
      Field.optional("iterations", "integer", "How many more; 10 when absent."),
      Field.optional("cost_micros", "integer", "More money, in millionths of a dollar."),
      Field.optional("tokens", "integer", "How many more."),
      Field.optional("tool_calls", "integer", "How many more."),
      Field.optional("hours", "integer", "Until its new deadline, from now.")
    };
    all.add(deed(Deeds.Deed.CANCEL, "Stops a task before its next action, and its children."));
    all.add(deed(Deeds.Deed.RESUME, "Lets a failed task go on where it stopped.", limits));
    all.add(deed(Deeds.Deed.RAISE, "Gives a task that has not ended more to spend.", limits));
    all.add(deed(Deeds.Deed.REDRIVE, "Has the current iteration delivered again."));
    all.add(
        deed(
            Deeds.Deed.FORK,
            "Starts a new task from a checkpoint of another.",
            new Field("checkpoint", "integer", "The iteration after which it goes on.", true),
            Field.needed("new_task_id", TaskId.RULE)));
    List<Field> expectation =
        List.of(
            Field.needed("reason", "Kept with the series."),
            Field.needed("until", "A time as in 2026-12-24T18:00:00Z."));
    all.add(
        new Endpoint(
            "POST",
            "/api/series/{series}/acknowledgements",
            "acknowledgeDrift",
            "Says that a series is expected to look as it does, until a time.",
            expectation,
            AcknowledgementDocument.class,
            (request, key) -> acknowledge(request, key, expectation)));
    return List.copyOf(all);
  }

  private List<Endpoint> reads() {
    Field from = Field.optional("from", "integer", "The first iteration; 1 when absent.");
    return List.of(
        listing(),
        new Endpoint(
            "GET",
            "/api/tasks/{task_id}",
            "readTask",
            "A task: why it stands where it stands, what it spent, its actions and questions.",
            List.of(),
            TaskDocument.class,
            (request, id) ->
                about(request, id, task -> TaskDocument.read(loop.store(), task, names, now()))),
        new Endpoint(
            "GET",
            "/api/tasks/{task_id}/head",
            "readHead",
            "The line of a task in lists: enough to see whether it has moved.",
            List.of(),
            TaskLine.class,
            (request, id) -> about(request, id, this::line)),
        new Endpoint(
            "GET",
            "/api/tasks/{task_id}/steps",
            "listSteps",
            "What a task did, step by step, in words.",
            List.of(from),
            StepPage.class,
            (request, id) -> part(request, id, this::steps)),
        new Endpoint(
            "GET",
            "/api/tasks/{task_id}/journal",
            "readJournal",
            "The journal as it is stored.",
            List.of(from),
            JournalPage.class,
            (request, id) -> part(request, id, (_, part) -> JournalPage.of(part))));
  }

  private Endpoint listing() {
    return new Endpoint(
        "GET",
        "/api/tasks",
        "listTasks",
        "Lists tasks, the latest change first.",
        List.of(
            Field.optional(
                "state", "string", "running, waiting, parked, stuck, failed, drifting or done."),
            Field.optional("agent", "string", "The name of an agent."),
            Field.optional("q", "string", "Part of the id."),
            Field.optional("cursor", "string", "The `next` of the page before."),
            Field.optional(
                "most", "integer", "At most " + TaskBoard.PAGE_MAX + ", also when absent.")),
        TaskPageDocument.class,
        (request, _) -> list(request));
  }

  private Endpoint deed(Deeds.Deed deed, String summary, Field... more) {
    List<Field> fields = new ArrayList<>();
    fields.add(Field.needed("reason", "Kept in the journal, with who did it."));
    fields.add(
        Field.optional(
            "version", "integer", "Of the task as it was seen; another one is refused."));
    fields.addAll(List.of(more));
    return new Endpoint(
        "POST",
        "/api/tasks/{task_id}/" + deed.word(),
        deed.word() + "Task",
        summary,
        fields,
        DeedDocument.class,
        (request, id) -> perform(request, deed, id, fields));
  }

  private Response list(Request request) {
    if (request.sender().person().isEmpty()) return Submission.SIGN_IN.response();
    return switch (query(request.query())) {
      case Right<TaskBoard.Query>(TaskBoard.Query query) -> {
        TaskBoard.Found found = TaskBoard.find(loop.store(), query, clock.instant());
        List<StateCount> counts = new ArrayList<>();
        counts.add(StateCount.of("all", found.all()));
        found.counts().forEach((filter, count) -> counts.add(StateCount.of(filter.word(), count)));
        String next = found.next().map(ListPlace::toString).orElse(null);
        yield json(new TaskPageDocument(found.tasks(), next, counts));
      }
      case Wrong<TaskBoard.Query>(Violation violation) ->
          Submission.invalid(List.of(violation)).response();
    };
  }

  /** A value, or the rule that it breaks. */
  sealed interface Read<T> {}

  /** A value. */
  record Right<T>(T value) implements Read<T> {}

  /** None. */
  record Wrong<T>(Violation violation) implements Read<T> {}

  static Read<TaskBoard.Query> query(Map<String, String> query) {
    String state = query.getOrDefault("state", "");
    Optional<TaskBoard.Filter> filter = TaskBoard.Filter.of(state);
    if (filter.isEmpty() && !state.isEmpty()) {
      return new Wrong<>(
          new Violation(
              "state", "must be running, waiting, parked, stuck, failed, drifting or done"));
    }
    String cursor = query.getOrDefault("cursor", "");
    Optional<ListPlace> after = ListPlace.parse(cursor);
    if (after.isEmpty() && !cursor.isEmpty()) {
      return new Wrong<>(new Violation("cursor", "must be the next of a page of this list"));
    }
    String most = query.getOrDefault("most", "");
    if (!most.isEmpty() && !most.matches("[1-9][0-9]?")) {
      return new Wrong<>(new Violation("most", "must be from 1 to " + TaskBoard.PAGE_MAX));
    }
    int rows = most.isEmpty() ? TaskBoard.PAGE_MAX : Integer.parseInt(most);
    return new Right<>(
        new TaskBoard.Query(
            filter,
            query.getOrDefault("agent", ""),
            query.getOrDefault("q", ""),
            after,
            Math.min(TaskBoard.PAGE_MAX, rows)));
  }

  private Instant now() {
    return clock.instant();
  }

  private TaskLine line(Task task) {
    return TaskLine.of(task, Situation.read(loop.store(), task, now()));
  }

  private StepPage steps(Task task, JournalPart part) {
    return StepPage.of(task, part, loop.store().ledger(task.id()), names);
  }

  private Response about(Request request, String id, Function<Task, Object> document) {
    if (request.sender().person().isEmpty()) return Submission.SIGN_IN.response();
    return find(id).map(task -> json(document.apply(task))).orElseGet(NO_TASK::response);
  }

  private Response part(
      Request request, String id, BiFunction<Task, JournalPart, Object> document) {
    if (request.sender().person().isEmpty()) return Submission.SIGN_IN.response();
    String from = request.query().getOrDefault("from", "1");
    if (!from.matches("[0-9]{1,6}")) {
      return Submission.invalid(List.of(new Violation("from", "must be an iteration"))).response();
    }
    int first = Math.max(1, Integer.parseInt(from));
    return about(
        request, id, task -> document.apply(task, JournalPart.from(loop.store(), task, first)));
  }

  private Response perform(Request request, Deeds.Deed deed, String id, List<Field> known) {
    return Submission.of(
        request,
        known,
        (who, fields) -> {
          Optional<Task> task = find(id);
          if (task.isEmpty()) return NO_TASK.response();
          String seen = fields.text("version").strip();
          if (seen.matches("[0-9]{1,9}") && Long.parseLong(seen) != task.get().version()) {
            return changed(task.get()).response();
          }
          return switch (Deeds.perform(loop, deed, task.get().id(), fields, who)) {
            case Deeds.Invalid(List<Violation> violations) ->
                Submission.invalid(violations).response();
            case Deeds.Told(OperatorAnswer answer) -> told(answer);
          };
        });
  }

  private Optional<Task> find(String id) {
    return TaskId.isLegal(id) ? loop.store().find(new TaskId(id)) : Optional.empty();
  }

  private static Problem changed(Task task) {
    return Problem.of(
        409,
        "VERSION_CHANGED",
        "Nothing was changed",
        "The task moved since you looked: it has version %d and is %s."
            .formatted(task.version(), task.status().wireName()));
  }

  private static Response told(OperatorAnswer answer) {
    return switch (answer) {
      case OperatorAnswer.Done(Task task) -> json(document(task, false));
      case OperatorAnswer.Requested(Task task) -> json(document(task, true));
      case OperatorAnswer.Refused(String why) ->
          Problem.of(409, "REFUSED", "Nothing was changed", why).response();
    };
  }

  private static DeedDocument document(Task task, boolean isRequested) {
    return new DeedDocument(
        task.id().value(), task.status().wireName(), task.version(), isRequested);
  }

  private Response acknowledge(Request request, String key, List<Field> known) {
    return Submission.of(
        request,
        known,
        (who, fields) -> {
          Instant now = clock.instant();
          List<SeriesRun> runs =
              SeriesKey.isLegal(key)
                  ? series.runs(new SeriesKey(key), now.plusSeconds(1), 1)
                  : List.of();
          if (runs.isEmpty()) return NO_SERIES.response();
          try {
            Acknowledgement said =
                Acknowledgement.now(
                    new SeriesKey(key),
                    runs,
                    now,
                    Instant.parse(fields.text("until")),
                    who,
                    fields.text("reason"));
            series.acknowledge(said);
            return json(
                new AcknowledgementDocument(key, now.toString(), said.until().toString(), who));
          } catch (DateTimeException noTime) {
            return Submission.invalid(List.of(new Violation("until", "must be a time"))).response();
          } catch (IllegalArgumentException wrong) {
            return Submission.invalid(
                    List.of(new Violation("reason", String.valueOf(wrong.getMessage()))))
                .response();
          }
        });
  }

  private static Response json(Object document) {
    return Response.json(200, Json.write(document));
  }

  static final Problem NO_TASK =
      Problem.of(404, "NOT_FOUND", "There is no such task", "Look for it in the list of tasks.");
  private static final Problem NO_SERIES =
      Problem.of(404, "NOT_FOUND", "There is no such series", "No run of it has ended yet.");
}
