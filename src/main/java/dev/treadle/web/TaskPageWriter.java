package dev.treadle.web;

import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Raise;
import dev.treadle.engine.Stored;
import dev.treadle.engine.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Puts a task into words. Every text of an agent or a tool is made {@link Legible} here. */
final class TaskPageWriter {
  private static final int ROWS_MAX = 50;
  private static final Duration PAUSE_MIN = Duration.ofMinutes(1);
  private static final String RESUMED = "It goes on where it stopped, with more to spend.";
  private static final String RAISED = "It may spend more, and has more time.";
  private static final String REDRIVEN =
      "The current step is delivered once more, as a dead letter needs it.";
  private static final String CANCELLED =
      "It stops before its next action, and so does what it started. What was done stays done.";
  private final TaskFile file;
  private final Task task;
  private final TaskView view;
  private final String path;
  private final List<Step> all;

  TaskPageWriter(TaskFile file, TaskView view) {
    this.file = file;
    this.task = file.task();
    this.view = view;
    this.path = "/tasks/" + task.id();
    this.all = Step.of(file);
  }

  TaskPage write(TaskPage.Notice notice) {
    List<Step> fitting = all.stream().filter(view.kind()::admits).toList();
    int from = view.first(fitting, ROWS_MAX);
    List<Step> shown = fitting.subList(from, Math.min(fitting.size(), from + ROWS_MAX));
    return new TaskPage(
        task.id().value(),
        task.version(),
        !file.isOver(),
        heading(),
        notice,
        facts(),
        budget(),
        kin(),
        forms(),
        new TaskPage.Steps(
            view.kind().word(),
            views(),
            first(Step::isFailure),
            first(Step::isGate),
            new TaskRows(file, view, path).of(shown),
            pages(fitting, from),
            empty()),
        view.step().flatMap(this::detail),
        TaskChart.of(file.entries()));
  }

  private TaskPage.Heading heading() {
    String answer = file.open().map(TaskDocument.Question::page).orElse("");
    return new TaskPage.Heading(
        TaskListPage.Mark.of(file.situation().state().wireName()),
        Times.readable(Legible.plain(file.situation().why())),
        Times.readable(Legible.plain(file.situation().next())),
        answer);
  }

  private List<Sheet.Fact> facts() {
    TaskDocument.Spending spending = TaskDocument.spending(file);
    int step = TaskLine.of(task, file.situation()).iteration();
    List<Sheet.Fact> facts = new ArrayList<>();
    facts.add(fact("Agent", task.type()));
    facts.add(fact("Step", "%d of %d".formatted(step, task.funds().maxIterations())));
    facts.add(
        fact(
            "Elapsed",
            "%s, %s of it at work".formatted(span(file.elapsed()), span(file.active()))));
    facts.add(
        fact(
            "Tokens",
            "%s of %s"
                .formatted(
                    Amounts.count(spending.tokens()), Amounts.count(spending.tokensBudget()))));
    facts.add(fact("Retries left", Integer.toString(spending.retriesLeft())));
    facts.add(fact("Tool calls left", Amounts.count(spending.toolCallsLeft())));
    facts.add(fact("Started by", task.origin().triggeredBy().replaceFirst(":", " ")));
    facts.add(fact("Started", Times.of(task.origin().triggeredAt())));
    facts.add(fact("Deadline", Times.of(task.funds().deadline())));
    return facts;
  }

  private static Sheet.Fact fact(String name, String value) {
    return new Sheet.Fact(name, Legible.brief(value), false);
  }

  private static String span(Duration time) {
    return time.compareTo(Duration.ofMinutes(1)) < 0
        ? Amounts.took(Math.max(0, time.toMillis()))
        : Times.span(time);
  }

  private TaskPage.Budget budget() {
    TaskDocument.Spending spending = TaskDocument.spending(file);
    long left = task.funds().costMicrosLeft();
    // A resume may have raised it since the start.
    long most = Math.max(spending.costMicrosBudget(), spending.costMicros() + left);
    return new TaskPage.Budget(
        spending.costMicros(),
        most,
        "%s spent, %s left"
            .formatted(Amounts.dollars(spending.costMicros()), Amounts.dollars(left)));
  }

  private List<TaskPage.Link> kin() {
    List<TaskPage.Link> kin = new ArrayList<>();
    if (task.origin().parent() != null) {
      String parent = task.origin().parent().value();
      kin.add(new TaskPage.Link("From task", parent, "/tasks/" + parent));
    }
    file.children()
        .forEach(child -> kin.add(new TaskPage.Link("Started", child.value(), "/tasks/" + child)));
    file.approvals()
        .forEach(approval ->
            kin.add(
                new TaskPage.Link(
                    "Question, " + approval.state().name().toLowerCase(Locale.ROOT),
                    Legible.plain(approval.action().title()),
                    TaskDocument.Question.page(approval))));
    return kin;
  }

  private List<TaskPage.Form> forms() {
    boolean isOver = task.status().isTerminal();
    List<TaskPage.Form> forms = new ArrayList<>();
    if (task.status() == Status.FAILED)
      forms.add(limits("resume", "Resume", RESUMED, "Resume task"));
    if (!isOver) forms.add(limits("raise", "Raise its budget", RAISED, "Raise budget"));
    if (task.status() == Status.RUNNING) {
      forms.add(
          new TaskPage.Form("redrive", "Send it again", REDRIVEN, "Send again", List.of(), false));
    }
    file.checkpoints().reversed().stream().findFirst().ifPresent(newest -> forms.add(fork(newest)));
    if (!isOver || !file.children().isEmpty()) {
      forms.add(new TaskPage.Form("cancel", "Cancel", CANCELLED, "Cancel task", List.of(), true));
    }
    return forms;
  }

  private static TaskPage.Form limits(String deed, String title, String promise, String words) {
    Raise usual = Raise.USUAL;
    List<TaskPage.Field> limits =
        List.of(
            number("iterations", "More iterations", usual.iterations()),
            number("cost_micros", "More money, in millionths of a dollar", usual.costMicros()),
            number("tokens", "More tokens", usual.tokens()),
            number("hours", "New deadline, hours from now", usual.time().toHours()));
    return new TaskPage.Form(deed, title, promise, words, limits, false);
  }

  private TaskPage.Form fork(JournalItem.Entry newest) {
    int at = view.step().filter(this::isCheckpoint).orElse(newest.iteration());
    return new TaskPage.Form(
        "fork",
        "Fork",
        "A new task goes on after a checkpoint of this one, with a budget of its own. Checkpoints: "
            + String.join(
                ", ", file.checkpoints().stream().map(entry -> "" + entry.iteration()).toList()),
        "Start fork",
        List.of(
            number("checkpoint", "Checkpoint, by its iteration", at),
            new TaskPage.Field("new_task_id", "Id of the new task", task.id() + "-fork", "text")),
        false);
  }

  private boolean isCheckpoint(int iteration) {
    return file.checkpoints().stream().anyMatch(entry -> entry.iteration() == iteration);
  }

  private static TaskPage.Field number(String name, String label, long value) {
    return new TaskPage.Field(name, label, Long.toString(value), "numeric");
  }

  private List<TaskPage.View> views() {
    List<TaskPage.View> views = new ArrayList<>();
    for (TaskView.Kind kind : TaskView.Kind.values()) {
      views.add(new TaskPage.View(kind.title, path + "?view=" + kind.word(), kind == view.kind()));
    }
    return views;
  }

  private String first(Predicate<Step> which) {
    return all.stream()
        .filter(which)
        .findFirst()
        .map(step -> view.href(path, step.iteration()))
        .orElse("");
  }

  private List<TaskPage.Link> pages(List<Step> fitting, int from) {
    List<TaskPage.Link> pages = new ArrayList<>();
    if (from > 0) {
      int earlier = fitting.get(Math.max(0, from - ROWS_MAX)).iteration();
      pages.add(page("Earlier steps", earlier));
    }
    if (from + ROWS_MAX < fitting.size()) {
      pages.add(page("Later steps", fitting.get(from + ROWS_MAX).iteration()));
    }
    return pages;
  }

  private TaskPage.Link page(String words, int from) {
    return new TaskPage.Link(
        words, words, path + "?view=" + view.kind().word() + "&from=" + from + "#steps");
  }

  private String empty() {
    if (!all.isEmpty()) return "";
    Duration since = Duration.between(task.origin().triggeredAt(), file.now());
    return "No step yet. It was started %s ago; a worker usually takes a task within a second."
        .formatted(span(since));
  }

  private Optional<TaskPage.Detail> detail(int iteration) {
    List<JournalItem> items =
        file.journal().stream().filter(item -> item.iteration() == iteration).toList();
    Optional<JournalItem.Entry> entry =
        file.entries().stream().filter(each -> each.iteration() == iteration).findFirst();
    if (items.isEmpty()) return Optional.empty();
    List<TaskPage.Part> parts = new ArrayList<>();
    entry.ifPresent(found -> StepParts.add(parts, found, file));
    items.stream()
        .filter(item -> !(item instanceof JournalItem.Snapshot))
        .forEach(item ->
            parts.add(
                new TaskPage.Part(
                    "Raw JSON",
                    item.sortKey(),
                    Legible.of(Json.pretty(Stored.tree(Stored.text(item)))),
                    "")));
    List<TaskPage.Change> changes =
        entry.map(found -> Memory.changes(file.journal(), found)).orElse(List.of());
    String journal = "/api%s/journal?from=%d".formatted(path, iteration);
    return Optional.of(
        new TaskPage.Detail("Step " + iteration, view.closed(path), journal, parts, changes));
  }

  /** What is said before a step when nothing happened for long. */
  static String pause(Instant before, Instant after) {
    Duration pause = Duration.between(before, after);
    return pause.compareTo(PAUSE_MIN) < 0 ? "" : "waited " + Times.span(pause);
  }
}
