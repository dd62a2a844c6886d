package dev.treadle.web;

import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.approval.Names;
import dev.treadle.engine.Approval;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Raise;
import dev.treadle.engine.Stored;
import dev.treadle.engine.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Puts a task into words. Every text of an agent or a tool is made {@link Legible} here. */
final class TaskPageWriter {
  /** Of one iteration there may be many, such as while something that it needs is down. */
  private static final int ROWS_MAX = 100;

  private static final Duration PAUSE_MIN = Duration.ofMinutes(1);
  private static final String RESUMED = "It goes on where it stopped, with more to spend.";
  private static final String RAISED = "It may spend more, and has more time.";
  private static final String REDRIVEN =
      "The current step is delivered once more, as a dead letter needs it.";
  private static final String CANCELLED =
      "It stops before its next action, and so does what it started. What was done stays done.";
  private final TaskFile file;
  private final JournalPart part;
  private final List<JournalItem.Entry> charted;
  private final Task task;
  private final Names names;
  private final TaskView view;
  private final Optional<AwsConsole> aws;
  private final String path;
  private final List<Step> all;

  /**
   * For the steps of a part.
   *
   * @param charted whose cost is drawn
   */
  TaskPageWriter(
      TaskFile file,
      JournalPart part,
      List<JournalItem.Entry> charted,
      Names names,
      TaskView view,
      Optional<AwsConsole> aws) {
    this.file = file;
    this.part = part;
    this.charted = charted;
    this.aws = aws;
    this.task = file.task();
    this.names = names;
    this.view = view;
    this.path = "/tasks/" + task.id();
    this.all = Step.of(task, part, file.ledger(), names);
  }

  TaskPage write(TaskPage.Notice notice) {
    List<Step> fitting = all.stream().filter(view.kind()::admits).toList();
    int left = Math.max(0, fitting.size() - ROWS_MAX);
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
            failure(),
            gate(),
            new TaskRows(part, view, path, file.now()).of(fitting.subList(left, fitting.size())),
            pages(left),
            empty()),
        view.step().flatMap(this::detail),
        TaskChart.of(charted).map(this::linked));
  }

  /** Of a long task one can ask for all of it. */
  private TaskPage.Chart linked(TaskPage.Chart chart) {
    boolean isPart = !part.isWhole() && !view.isChartWhole();
    return isPart ? chart.linked(address() + "&chart=" + TaskView.CHART_WHOLE + "#chart") : chart;
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
    // Tasks of one definition had the same instructions, tools and limits.
    file.input()
        .ifPresent(input -> facts.add(fact("Definition", input.agentHash().substring(0, 12))));
    facts.add(fact("Step", "%d of %d".formatted(step, task.funds().maxIterations())));
    facts.add(fact("Elapsed", elapsed()));
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

  private String elapsed() {
    String waited = file.waited().isZero() ? "" : ", " + span(file.waited()) + " for people";
    return span(file.elapsed()) + waited;
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
                    "Question, " + standing(approval),
                    Legible.plain(approval.action().title()),
                    TaskDocument.Question.page(approval))));
    Instant started = task.origin().triggeredAt();
    aws.ifPresent(console -> kin.addAll(console.of(task.id(), started, file.end())));
    return kin;
  }

  private String standing(Approval approval) {
    String state = approval.state().name().toLowerCase(Locale.ROOT);
    Approval.Closing closing = approval.closing();
    return closing == null
        ? state
        : "%s by %s".formatted(state, Legible.plain(names.of(closing.by())));
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
    if (task.progress().checkpoint() > 0) forms.add(fork(task.progress().checkpoint()));
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

  private TaskPage.Form fork(int newest) {
    int at = view.step().filter(checkpoints()::contains).orElse(newest);
    return new TaskPage.Form(
        "fork",
        "Fork",
        "A new task goes on after a checkpoint of this one, with a budget of its own. The newest"
            + " checkpoint is %d; the steps below name the others.".formatted(newest),
        "Start fork",
        List.of(
            number("checkpoint", "Checkpoint, by its iteration", at),
            new TaskPage.Field("new_task_id", "Id of the new task", task.id() + "-fork", "text")),
        false);
  }

  private List<Integer> checkpoints() {
    return part.entries().stream()
        .filter(entry -> entry.checkpoint() != null)
        .map(JournalItem.Entry::iteration)
        .toList();
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

  /** Of a long task it is looked for when somebody asks. */
  private String failure() {
    return part.isWhole()
        ? all.stream()
            .filter(Step::isFailure)
            .findFirst()
            .map(step -> view.href(path, step.iteration()))
            .orElse("")
        : path + "?view=" + view.kind().word() + "&find=failure";
  }

  private String gate() {
    return file.approvals().stream()
        .map(Approval::iteration)
        .min(Comparator.naturalOrder())
        .map(iteration -> view.href(path, iteration))
        .orElse("");
  }

  /** Where the rest is, and how many rows of this part are left out. */
  private List<TaskPage.Link> pages(int left) {
    List<TaskPage.Link> pages = new ArrayList<>();
    if (!part.isBeginning()) {
      pages.add(page("Earlier steps", Math.max(1, part.first() - JournalPart.ITERATIONS)));
    }
    if (!part.isEnd()) pages.add(page("Later steps", part.last() + 1));
    if (left > 0) {
      String words = "%d rows before these are in the journal as JSON".formatted(left);
      String journal = "/api%s/journal?from=%d".formatted(path, part.first());
      pages.add(new TaskPage.Link(words, words, journal));
    }
    return pages;
  }

  private TaskPage.Link page(String words, int from) {
    return new TaskPage.Link(
        words, words, path + "?view=" + view.kind().word() + "&from=" + from + "#steps");
  }

  private String address() {
    return "%s?view=%s&from=%d".formatted(path, view.kind().word(), part.first());
  }

  private String empty() {
    if (!all.isEmpty() || task.iteration() > 1) return "";
    Duration since = Duration.between(task.origin().triggeredAt(), file.now());
    return "No step yet. It was started %s ago; a worker usually takes a task within a second."
        .formatted(span(since));
  }

  private Optional<TaskPage.Detail> detail(int iteration) {
    List<JournalItem> items =
        part.items().stream().filter(item -> item.iteration() == iteration).toList();
    Optional<JournalItem.Entry> entry =
        part.entries().stream().filter(each -> each.iteration() == iteration).findFirst();
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
        entry.map(found -> Memory.changes(part.around(), found)).orElse(List.of());
    String journal = "/api%s/journal?from=%d".formatted(path, iteration);
    return Optional.of(
        new TaskPage.Detail(
            "Step " + iteration,
            view.closed(path),
            journal,
            entry.map(this::elsewhere).orElse(List.of()),
            parts,
            changes));
  }

  private List<TaskPage.Link> elsewhere(JournalItem.Entry entry) {
    Instant claimed = entry.claimedAt();
    Instant from = claimed == null ? task.origin().triggeredAt() : claimed;
    return aws.map(console -> console.of(task.id(), entry.iteration(), from, entry.at()))
        .orElse(List.of());
  }

  /** What is said before a step when nothing happened for long. */
  static String pause(Instant before, Instant after) {
    Duration pause = Duration.between(before, after);
    return pause.compareTo(PAUSE_MIN) < 0 ? "" : "waited " + Times.span(pause);
  }
}
