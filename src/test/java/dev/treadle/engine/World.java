package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.DecisionCheck;
import dev.treadle.Effect;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.StepExecutor;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Panel;
import dev.treadle.drift.RunJudge;
import dev.treadle.engine.Faults.Crash;
import dev.treadle.engine.Faults.LostReply;
import dev.treadle.local.EmbeddedQueue;
import dev.treadle.local.EmbeddedSeriesTable;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;
import dev.treadle.local.Records;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The production engine on one thread, virtual time and one seed, between an embedded store and
 * queue that may fail at every call and an outside that counts effects.
 *
 * <p>{@link #run} plays what AWS plays: it delivers messages as their dispositions say and ticks
 * the watchdog each minute, until nothing is left to do. The promises of the protocol are checked
 * after each event.
 */
final class World implements InstantSource {
  static final Instant START = Instant.parse("2026-03-02T09:00:00Z");
  static final TaskId ID = new TaskId("t-1");
  private static final int EVENTS_MAX = 5_000;

  final Faults faults = new Faults();
  final MapRecords records = new MapRecords();
  final EmbeddedTaskStore table = new EmbeddedTaskStore(records);
  final EmbeddedSeriesTable series = new EmbeddedSeriesTable(records);
  final TaskStore store;
  final EmbeddedQueue messages;
  final Outside outside = new Outside(faults, this);
  final Worker worker;
  final Script script;
  final AgentCatalog agents;
  final Agent agent;
  final Operator operator;
  final StepQueue queue;
  final List<ApprovalNotice> notices = new ArrayList<>();
  final Loop.Places places;
  final Panel people;
  Consumer<Task> human = _ -> {};
  StepExecutor executor;
  LoopEngine engine;
  Watchdog watchdog;
  Instant now = START;
  int deliveries;

  /** What operators put on top of the budget. */
  long microsRaised;

  private final MapRecords queued = new MapRecords();
  private Optional<Task> seen = Optional.empty();

  /**
   * All that decides what this world does next while nobody is at work, besides its random numbers.
   */
  record Moment(
      Instant now,
      List<Records.Row> table,
      List<Records.Row> queue,
      List<Outside.Arrival> effects,
      long microsSpent,
      Optional<Task> seen) {}

  World(Script.Brain brain) {
    this(brain, builder -> builder);
  }

  World(Script.Brain brain, UnaryOperator<Agent.Builder> definition) {
    this(brain, definition, List.of());
  }

  /**
   * A world with more agents than the one whose task is watched.
   *
   * @param others what chains may start
   */
  World(Script.Brain brain, UnaryOperator<Agent.Builder> definition, List<Agent> others) {
    this(brain, definition, others, new Random(7));
  }

  World(
      Script.Brain brain,
      UnaryOperator<Agent.Builder> definition,
      List<Agent> others,
      RandomGenerator random) {
    messages = new EmbeddedQueue(queued, this, random, EmbeddedQueue.Terms.DEFAULT);
    queue =
        (message, delay) ->
            faults.io(
                "enqueue",
                () -> {
                  messages.send(message, delay);
                  return true;
                });
    worker = new Worker(this, random, Defaults.LEASE);
    script = new Script(brain, faults);
    executor = script;
    Agent.Builder builder =
        Agent.named("clerk")
            .instructions("Do it.")
            .tool(outside.look())
            .tool(outside.poll(3))
            .tool(outside.keep())
            .tool(outside.label())
            .tool(outside.send())
            .tool(outside.pay())
            .tool(outside.wire())
            .gate(Gate.STANDARD.with("send", Gate.Ruling.ALLOW).with("wire", Gate.Ruling.ALLOW));
    agent = definition.apply(builder).build();
    List<Agent> deployed = new ArrayList<>(others);
    deployed.add(agent);
    agents = new AgentCatalog(deployed);
    store = new SeriesRecording(new FaultyStore(table, faults), agents, new RunJudge(series));
    places = new Loop.Places(store, queue, this::notice);
    operator = new Operator(store, queue, worker);
    people = Panel.at(places, agents, this);
    engine = engineOn(agents);
    watchdog = new Watchdog(places, engine, worker);
  }

  private void notice(ApprovalNotice notice) {
    faults.io(
        "notice",
        () -> {
          notices.add(notice);
          return true;
        });
  }

  static UnaryOperator<Agent.Builder> limits(UnaryOperator<Limits> change) {
    return builder -> builder.limits(change.apply(Limits.DEFAULT));
  }

  /** An engine as after a deploy of other agents. */
  LoopEngine engineOn(AgentCatalog deployed) {
    return engineOn(deployed, Panel.decisions(store));
  }

  private LoopEngine engineOn(AgentCatalog deployed, DecisionCheck decisions) {
    Stepper stepper =
        new Stepper(store, executor, decisions, new RunJudge(series), World::runHere, worker);
    return new LoopEngine(places, deployed, stepper, worker);
  }

  /** From now on the loop believes only what these keys signed. */
  void believe(String... keyIds) {
    engine = engineOn(agents, Panel.decisions(store, keyIds));
    watchdog = new Watchdog(places, engine, worker);
  }

  /** Puts a text under a key of the table behind everybody's back; empty to remove it. */
  void forge(String key, Optional<String> text) {
    records.transact(transaction -> {
      text.ifPresentOrElse(some -> transaction.put(key, some), () -> transaction.remove(key));
      return true;
    });
  }

  /** Changes what lies in the table behind everybody's back. */
  void tamper(String key, UnaryOperator<String> change) {
    records.transact(transaction -> {
      String text = transaction.get(key).orElseThrow();
      String changed = change.apply(text);
      assertThat(changed).as("what was to be changed").isNotEqualTo(text);
      transaction.put(key, changed);
      return true;
    });
  }

  void deploy(Agent changed) {
    engine = engineOn(new AgentCatalog(List.of(changed)));
    watchdog = new Watchdog(places, engine, worker);
  }

  /** Runs tools on this thread: an exception is silence, a crash is the end of the worker. */
  private static <T> List<ToolRunner.Answer<T>> runHere(List<ToolRunner.Work<T>> works) {
    List<ToolRunner.Answer<T>> answers = new ArrayList<>();
    for (ToolRunner.Work<T> work : works) answers.add(answer(work.body()));
    return answers;
  }

  static <T> ToolRunner.Answer<T> answer(Callable<T> body) {
    try {
      return new ToolRunner.Said<>(body.call());
    } catch (Exception thrown) {
      return new ToolRunner.Silent<>(thrown.getMessage());
    }
  }

  @Override
  public Instant instant() {
    return now;
  }

  static ObjectNode request(TaskId id) {
    ObjectNode request = Json.object();
    request.put("task_id", id.value()).put("task_type", "clerk").put("triggered_by", "test");
    request.putObject("input_data").put("subject", "bills");
    return request;
  }

  /** Starts the task, as often as its trigger must ask. */
  World start() {
    for (int attempt = 0; attempt < 3; attempt++) {
      surviving(() -> starter().start(request(ID)));
    }
    check();
    return this;
  }

  Starter starter() {
    return new Starter(store, queue, agents, script, worker);
  }

  /** Starts the task and runs it until nothing is left to do. */
  Task play() {
    return start().run();
  }

  /** Runs until every task is terminal or waits for a human who does nothing. */
  Task run() {
    for (int event = 0; event < EVENTS_MAX; event++) {
      if (isAtRest()) return task();
      event();
    }
    throw new AssertionError("not at rest after " + EVENTS_MAX + " events: " + task());
  }

  private boolean isAtRest() {
    // A person whose click went wrong tries again.
    for (int attempt = 0; attempt < 3; attempt++) {
      for (Task task : tasks(Status.WAITING_FOR_HUMAN)) surviving(() -> human.accept(task));
    }
    return tasks(Status.RUNNING).isEmpty() && noMessageIsVisible();
  }

  private boolean noMessageIsVisible() {
    return messages.nextVisibleAt().filter(at -> !at.isAfter(now)).isEmpty();
  }

  private List<Task> tasks(Status status) {
    return table.list(status, 100);
  }

  /** The next thing in time: a message becomes visible, or the watchdog's minute comes. */
  void event() {
    Instant minute = now.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    Optional<Instant> visible = messages.nextVisibleAt();
    if (visible.isPresent() && visible.get().isBefore(minute)) {
      if (visible.get().isAfter(now)) now = visible.get();
      messages.receive(1).forEach(this::deliver);
    } else {
      now = minute;
      surviving(watchdog::tick);
    }
    check();
  }

  private void deliver(StepSource.Received received) {
    deliveries++;
    surviving(() -> give(received));
  }

  /** Gives a message to the worker and does with it what the worker says. */
  void give(StepSource.Received received) {
    StepMessage message = StepMessage.parse(received.body()).orElseThrow();
    switch (engine.deliver(message, Defaults.FUNCTION_TIMEOUT)) {
      case Disposition.Acknowledge() -> messages.delete(received.receipt());
      case Disposition.KeepUntil(Instant when) ->
          messages.hideFor(received.receipt(), Duration.between(now, when));
    }
  }

  /** What a worker, a trigger or a person does, who may die over it. */
  static void surviving(Runnable deed) {
    try {
      deed.run();
    } catch (Crash | LostReply _) {
      // Whatever it was, somebody else or a later attempt finds out from the table.
    } catch (IllegalStateException watchdogs) {
      // The watchdog goes on with the other tasks first, and then says what was unreachable.
      List<Throwable> causes = List.of(watchdogs.getSuppressed());
      if (causes.isEmpty() || !causes.stream().allMatch(LostReply.class::isInstance)) {
        throw watchdogs;
      }
    }
  }

  /** Lets time pass without messages, and then one look of the watchdog. */
  void pass(Duration time) {
    now = now.plus(time);
    surviving(watchdog::tick);
    check();
  }

  Moment moment() {
    return new Moment(
        now, rows(records), rows(queued), List.copyOf(outside.effects), script.microsSpent(), seen);
  }

  /** Makes everything as it was then, whatever has happened since. */
  void back(Moment moment) {
    now = moment.now();
    replace(records, moment.table());
    replace(queued, moment.queue());
    outside.effects.clear();
    outside.effects.addAll(moment.effects());
    script.microsSpent.put(ID, moment.microsSpent());
    seen = moment.seen();
  }

  private static List<Records.Row> rows(MapRecords of) {
    return of.transact(transaction -> transaction.range("", "\uffff\uffff", Integer.MAX_VALUE));
  }

  private static void replace(MapRecords which, List<Records.Row> rows) {
    List<Records.Row> standing = rows(which);
    which.transact(transaction -> {
      standing.forEach(row -> transaction.remove(row.key()));
      rows.forEach(row -> transaction.put(row.key(), row.text()));
      return true;
    });
  }

  Task task() {
    return table.find(ID).orElseThrow();
  }

  List<JournalItem> journal() {
    return table.journal(ID, "LOG#");
  }

  List<JournalItem.Entry> entries() {
    return journal().stream()
        .filter(JournalItem.Entry.class::isInstance)
        .map(JournalItem.Entry.class::cast)
        .toList();
  }

  Approval openApproval() {
    return table.approvals(ID).stream().filter(Approval::isOpen).findFirst().orElseThrow();
  }

  DeskAnswer decide(Decision.Choice choice) {
    return say(openApproval(), choice, "ann", "fine");
  }

  DeskAnswer say(Approval question, Decision.Choice choice, String who, String comment) {
    return people.say(question.taskId(), question.id(), choice, who, comment);
  }

  OperatorAnswer resume() {
    OperatorAnswer answer = operator.resume(ID, Raise.USUAL, "ann", "go on");
    if (answer instanceof OperatorAnswer.Done) microsRaised += Raise.USUAL.costMicros();
    return answer;
  }

  void approveAll(Task task) {
    if (task.progress().openApprovals() > 0) decide(Decision.Choice.APPROVE);
  }

  /** Approves everything, and says the truth about actions whose outcome is unknown. */
  void decideTruthfully(Task task) {
    if (task.outcome() == null || task.outcome().reason() != Reason.OUTCOME_UNKNOWN) {
      approveAll(task);
      return;
    }
    Approval question =
        table.approvals(ID).stream()
            .filter(each -> each.isOpen() && each.kind() == Approval.Kind.OUTCOME)
            .findFirst()
            .orElseThrow();
    LedgerRow row = table.rows(ID, List.of(question.actionKey())).getFirst();
    if (row.settledAfter() instanceof Instant settled && now.isBefore(settled)) now = settled;
    Decision.Choice truth =
        outside.happened(row.key()) ? Decision.Choice.IT_HAPPENED : Decision.Choice.RUN_IT;
    say(question, truth, "ann", "I looked");
  }

  /** The promises that hold at every moment. */
  void check() {
    Optional<Task> found = table.find(ID);
    if (found.isEmpty()) return;
    Task task = found.get();
    seen.ifPresent(before -> {
      assertThat(task.version()).isGreaterThanOrEqualTo(before.version());
      if (before.status() == Status.DONE) assertThat(task).isEqualTo(before);
    });
    checkMoney(task);
    checkEffects();
    if (seen.filter(task::equals).isPresent()) return;
    seen = found;
    assertThat(JournalCheck.of(task, journal())).isEqualTo(new JournalCheck.Intact());
  }

  private void checkMoney(Task task) {
    long budget = table.input(ID).orElseThrow().limits().budget().costMicros() + microsRaised;
    long held = task.lease() == null ? 0 : task.funds().reserve().costMicros();
    assertThat(task.funds().costMicrosLeft()).isGreaterThanOrEqualTo(0);
    assertThat(script.microsSpent() + task.funds().costMicrosLeft())
        .as("spent and left, of %d with %d reserved", budget, held)
        .isLessThanOrEqualTo(budget);
  }

  private void checkEffects() {
    for (LedgerRow row : table.ledger(ID)) {
      Tool tool = agent.tool(row.tool()).orElseThrow();
      if (tool.effect() == Effect.READ_ONLY) continue;
      assertThat(outside.effectsOfKey(row.key())).as("effects of %s", row).isLessThanOrEqualTo(1);
      boolean isUntouched = row.state() == LedgerRow.State.PLANNED;
      if (isUntouched) assertThat(outside.happened(row.key())).as("%s", row).isFalse();
      if (row.state() == LedgerRow.State.FAILED) assertThat(outside.happened(row.key())).isFalse();
    }
  }
}
