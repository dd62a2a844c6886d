package dev.treadle.engine;

import static dev.treadle.engine.Faults.Crash;
import static dev.treadle.engine.Faults.LostReply;

import dev.treadle.Agent;
import dev.treadle.DecisionCheck;
import dev.treadle.DeliveryCheck;
import dev.treadle.StepExecutor;
import dev.treadle.ToolOutcome;
import dev.treadle.approval.Panel;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;
import dev.treadle.local.Records;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A world of several tasks, workers, watchdogs and people on one table and one queue, made from one
 * seed: the production loop on virtual time, one thing at a time.
 *
 * <p>Whatever runs is a {@link Fiber} that may stand still, die or lose a reply at each of its
 * calls to the world while the others go on. {@link Promises} are checked at every write and every
 * effect. At some time the faults stop, and from then on every task must keep moving until it is
 * terminal.
 */
final class Simulation implements Io, InstantSource {
  private static final Set<String> TOOLS =
      Set.of("look", "poll", "open", "keep", "label", "send", "pay", "wire");
  private static final int FAULTY_EVENTS_MAX = 600;
  private static final int EVENTS_MAX = 20_000;
  private static final int TRACE_LINES = 250;
  private static final Duration API_TIMEOUT = Duration.ofSeconds(30);

  /** A deliberate break of the code under test; see {@link Mutant}. */
  interface Break {
    default TaskStore table(TaskStore table, Simulation world) {
      return table;
    }

    default StepExecutor executor(StepExecutor executor) {
      return executor;
    }

    default DecisionCheck decisions(DecisionCheck decisions, Simulation world) {
      return decisions;
    }
  }

  /** Where code of the loop runs: a node with what is deployed there. */
  final class Place {
    final Node node;
    Loop loop;
    Panel panel;
    boolean busy;

    Place(Node node) {
      this.node = node;
      this.loop = loopOn(node, improviser.current());
      this.panel = panelOn(node, loop, improviser.current());
    }

    void deploy(Agent agent) {
      loop = loopOn(node, agent);
      panel = panelOn(node, loop, agent);
    }
  }

  private record Event(Instant at, long order, Runnable deed) {}

  private record Line(Instant at, String who, String what) {}

  final long seed;
  final Swarm swarm;
  final Tally tally;
  final RandomGenerator random;
  private final MapRecords records = new MapRecords();
  final EmbeddedTaskStore table = new EmbeddedTaskStore(records);
  final Outside outside = new Outside(this, this);
  final Improviser improviser;
  final Promises promises;
  final UnkindQueue queue;
  final People people;
  final List<Place> workers = new ArrayList<>();
  private final Break broken;
  private final List<Place> watchdogs = new ArrayList<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::order));
  private final List<Fiber> fibers = new ArrayList<>();
  private final Deque<Line> trace = new ArrayDeque<>();
  private final boolean isTold = Long.getLong("sim.seed") != null;
  private long order;
  private Instant now = World.START;
  private Instant lastTick = World.START;
  private boolean faulty = true;
  private @Nullable Fiber running;
  int eventsRun;

  Simulation(long seed, Tally tally, Break broken) {
    this.seed = seed;
    this.tally = tally;
    this.broken = broken;
    random = new SplittableRandom(seed);
    swarm = Swarm.of(random);
    improviser = new Improviser(this);
    promises = new Promises(table, this);
    queue = new UnkindQueue(this);
    people = new People(this);
    outside.witness = promises::effect;
    for (int i = 0; i < swarm.workers(); i++) workers.add(new Place(node("worker " + i)));
    watchdogs.add(new Place(node("watchdog")));
    watchdogs.add(new Place(node("second watchdog")));
  }

  /** Everything in the table, as it is stored. */
  List<Records.Row> rows() {
    return records.transact(transaction ->
        transaction.range("", Character.toString(Character.MAX_VALUE), Integer.MAX_VALUE));
  }

  Node node(String name) {
    long most = swarm.skew().toMillis();
    Duration offset = Duration.ofMillis(most == 0 ? 0 : random.nextLong(-most, most + 1));
    // Where clocks must stay within the ladder, none drifts out of it.
    double drift = swarm.isWild() ? random.nextInt(3) * 0.001 : 0;
    return new Node(name, this, offset, drift);
  }

  Place place(String name) {
    return new Place(node(name));
  }

  private Loop loopOn(Node node, Agent agent) {
    var worker = new Worker(node, random, Defaults.LEASE);
    var agents = new AgentCatalog(List.of(agent));
    TaskStore store = new FaultyStore(broken.table(promises, this), this);
    StepQueue sends =
        (message, delay) ->
            io(
                "enqueue",
                () -> {
                  queue.send(message, delay);
                  return true;
                });
    StepExecutor executor = broken.executor(improviser);
    DecisionCheck decisions = broken.decisions(Panel.decisions(store), this);
    Stepper stepper =
        new Stepper(store, executor, decisions, Simulation::judged, this::runTools, worker);
    Loop.Places places = new Loop.Places(store, sends, this::notice);
    LoopEngine engine = new LoopEngine(places, agents, stepper, worker);
    return new Loop(
        store,
        engine,
        new Watchdog(places, engine, worker),
        new Starter(store, sends, agents, executor, worker),
        new Operator(store, sends, worker),
        new Fork(store, sends, agents, executor, worker),
        new AnswerBook(store, sends, this::notice));
  }

  private static Panel panelOn(Node node, Loop loop, Agent agent) {
    return Panel.at(loop, new AgentCatalog(List.of(agent)), node);
  }

  private void notice(ApprovalNotice notice) {
    io(
        "notice",
        () -> {
          tally.count("notice: " + notice.kind());
          return true;
        });
  }

  private static DeliveryCheck.Judged judged(DeliveryCheck.Delivery delivery) {
    throw new AssertionError("no task of this world belongs to a series: " + delivery);
  }

  private <T> List<ToolRunner.Answer<T>> runTools(List<ToolRunner.Work<T>> works) {
    List<ToolRunner.Answer<T>> answers = new ArrayList<>();
    for (ToolRunner.Work<T> work : works) {
      Instant begun = now;
      ToolRunner.Answer<T> answer = World.answer(work.body());
      boolean isLate = Duration.between(begun, now).compareTo(work.timeLimit()) > 0;
      answers.add(isLate ? new ToolRunner.Silent<>("no answer in time") : answer);
    }
    return answers;
  }

  @Override
  public Instant instant() {
    return now;
  }

  boolean isFaulty() {
    return faulty;
  }

  /** Whose code runs now; none when the world itself does something. */
  @Nullable Fiber running() {
    return running;
  }

  boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** A random time up to that one. */
  Duration within(Duration most) {
    return Duration.ofMillis(random.nextLong(most.toMillis() + 1));
  }

  void at(Instant time, Runnable deed) {
    events.add(new Event(time, order++, deed));
  }

  void after(Duration pause, Runnable deed) {
    at(now.plus(pause), deed);
  }

  /** Plays the world to its end; throws what is wrong with the loop in it. */
  void play() {
    try {
      begin();
      while (faulty || !promises.allAreTerminal() || people.hasStarts()) next();
      drain();
      promises.atTheEnd();
      // Parses everything again, so not in each world.
      if (seed % 50 == 0 && !table.alteredReadings().isEmpty()) {
        throw new AssertionError("what workers share was changed: " + table.alteredReadings());
      }
      tally.add("events", eventsRun);
      tally.add("simulated seconds", promises.taskSeconds());
    } catch (AssertionError | RuntimeException broken) {
      throw new AssertionError(report(broken), broken);
    } finally {
      for (Fiber fiber : List.copyOf(fibers)) fiber.coroutine.kill();
    }
  }

  private String report(Throwable broken) {
    var text = new StringBuilder("seed " + seed + ": " + broken + "\n" + swarm + "\n");
    trace.forEach(line -> text.append(told(line)).append('\n'));
    return text.append("seed ").append(seed).append(": ").append(broken.getMessage()).toString();
  }

  private static String told(Line line) {
    return line.at() + " " + line.who() + ": " + line.what();
  }

  private void begin() {
    people.begin();
    at(World.START.plus(swarm.faultsFor()), this::stopFaults);
  }

  private void next() {
    if (++eventsRun > EVENTS_MAX) throw new AssertionError("livelock: no end in sight");
    if (faulty && eventsRun > FAULTY_EVENTS_MAX) stopFaults();
    Instant tick = nextTick();
    Event event = events.peek();
    if (event == null || tick.isBefore(event.at())) {
      if (tick.isAfter(now)) now = tick;
      lastTick = tick;
      tick();
    } else {
      events.remove();
      if (event.at().isAfter(now)) now = event.at();
      event.deed().run();
    }
    if (!faulty) promises.demandMotion();
  }

  /** The watchdog comes each minute; minutes at which nothing can be due are skipped. */
  private Instant nextTick() {
    Instant next = lastTick.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    Instant due = watchdogs.getFirst().node.truthOf(promises.nextWake());
    Instant first = due.truncatedTo(ChronoUnit.MINUTES);
    return first.isAfter(next) ? first : next;
  }

  private void tick() {
    if (faulty && chance(swarm.others().tickMissed())) {
      tally.count("fault: tick missed");
      return;
    }
    tick(watchdogs.getFirst());
    if (faulty && random.nextInt(4) == 0) tick(watchdogs.get(1));
  }

  private void tick(Place watchdog) {
    if (watchdog.busy) return;
    boolean immortal = swarm.calls().immortal();
    spawn(
        watchdog,
        "tick",
        Defaults.FUNCTION_TIMEOUT,
        immortal,
        () -> watchdog.loop.watchdog().tick());
  }

  private void stopFaults() {
    if (!faulty) return;
    faulty = false;
    tell("the world", "faults stop");
    promises.faultsStopped();
    queue.heal();
    for (Fiber fiber : List.copyOf(fibers)) {
      int nap = ++fiber.naps;
      boolean dies = random.nextBoolean();
      after(within(Duration.ofSeconds(1)), () -> wake(fiber, nap, dies));
    }
  }

  /** Every message that is still there must be given up by itself. */
  private void drain() {
    while (!queue.isEmpty()) {
      if (++eventsRun > EVENTS_MAX) throw new AssertionError("messages that nobody gives up");
      Event event = events.remove();
      if (event.at().isAfter(now)) now = event.at();
      event.deed().run();
    }
  }

  /** For deeds behind an interface that answers within seconds or not at all. */
  void ask(Place place, String deed, Runnable body, Runnable afterwards) {
    start(new Fiber(place.node, deed, now, API_TIMEOUT, false, survivable(body), afterwards));
  }

  void spawn(Place place, String deed, Duration life, boolean immortal, Runnable body) {
    place.busy = true;
    Runnable afterwards =
        () -> {
          place.busy = false;
          queue.dispatch();
        };
    start(new Fiber(place.node, deed, now, life, immortal, survivable(body), afterwards));
  }

  private static Runnable survivable(Runnable body) {
    return () -> World.surviving(body);
  }

  private void start(Fiber fiber) {
    fibers.add(fiber);
    resume(fiber);
  }

  private void resume(Fiber fiber) {
    running = fiber;
    fiber.coroutine.resume();
    running = null;
    if (fiber.coroutine.isOver()) over(fiber);
  }

  private void over(Fiber fiber) {
    fibers.remove(fiber);
    switch (fiber.coroutine.thrown()) {
      case null -> fiber.afterwards.run();
      case Error error -> throw error;
      case RuntimeException bug -> throw bug;
      case Throwable checked -> throw new AssertionError(checked);
    }
  }

  private void wake(Fiber fiber, int nap, boolean dies) {
    if (fiber.naps != nap || fiber.coroutine.isOver()) return;
    if (!dies) {
      resume(fiber);
      return;
    }
    tally.count("fault: killed in a pause");
    tell(fiber.node.name(), "is killed");
    running = fiber;
    fiber.coroutine.kill();
    running = null;
    over(fiber);
  }

  private void nap(Fiber me, Duration time) {
    if (me.inCall && swarm.isWild()) return;
    Instant wakes = now.plus(time);
    int nap = ++me.naps;
    boolean dies = me.diesBy(wakes);
    Instant until = dies ? me.dies : wakes;
    at(until.isBefore(now) ? now : until, () -> wake(me, nap, dies));
    me.coroutine.pause();
  }

  @Override
  public <T> T io(String where, Supplier<T> call) {
    Fiber me = running;
    if (me == null) return call.get();
    tell(me.node.name(), where);
    takeTime(me, where);
    if (faulty) stall(me, where);
    if (where.startsWith("start ")) me.inCall = true;
    try {
      return faulty ? unkind(me, where, call) : call.get();
    } finally {
      if (TOOLS.contains(where)) me.inCall = false;
    }
  }

  private void takeTime(Fiber me, String where) {
    if (where.equals("model")) nap(me, within(Duration.ofSeconds(faulty ? 15 : 1)));
    if (!TOOLS.contains(where)) return;
    if (faulty && chance(swarm.calls().toolRefuses())) outside.refuse(where, refusal());
    boolean slow = faulty && random.nextInt(50) == 0;
    nap(me, within(Duration.ofSeconds(slow ? 40 : 1)));
  }

  private ToolOutcome refusal() {
    tally.count("fault: tool refuses");
    return random.nextBoolean()
        ? ToolOutcome.failed("not today")
        : new ToolOutcome.Unavailable("busy", within(Duration.ofMinutes(random.nextInt(3))));
  }

  private <T> T unkind(Fiber me, String where, Supplier<T> call) {
    Swarm.Calls calls = swarm.calls();
    if (fails("died before", calls.dieBefore(), me, where)) throw new Crash(where);
    if (fails("unavailable", calls.unavailable(), me, where)) throw new LostReply(where);
    T answer = call.get();
    if (isRepeatable(where) && fails("repeated by the client", calls.repeat(), me, where)) {
      T again = call.get();
      if (!again.equals(answer)) {
        throw new AssertionError(
            "a repeated %s was answered with %s after %s".formatted(where, again, answer));
      }
    }
    if (fails("died after", calls.dieAfter(), me, where)) throw new Crash(where);
    if (fails("reply lost", calls.loseReply(), me, where)) throw new LostReply(where);
    stall(me, where);
    return answer;
  }

  /** Writes whose conditions recognise themselves; see {@link TaskStore}. */
  private static boolean isRepeatable(String where) {
    return where.equals("claim")
        || where.equals("commit")
        || where.equals("intend")
        || where.startsWith("start ")
        || where.startsWith("settle ");
  }

  private boolean fails(String how, double chance, Fiber me, String where) {
    if (!chance(chance)) return false;
    tally.count("fault: " + how);
    tell(me.node.name(), how + " " + where);
    return true;
  }

  private void stall(Fiber me, String where) {
    // Where a fence should hold, it pays to come between, and to stay until the lease is gone.
    boolean isFenced =
        where.equals("commit") || where.startsWith("start ") || where.startsWith("settle ");
    if (!chance(swarm.calls().stall() * (isFenced ? 4 : 1))) return;
    tally.count("fault: stalled");
    boolean isLost = isFenced && me.immortal && random.nextBoolean();
    nap(me, isLost ? Defaults.LEASE.plus(within(Duration.ofMinutes(10))) : pause());
  }

  /** Most pauses only let others come between; some outlive the lease, or the day. */
  private Duration pause() {
    long millis = 1L << random.nextInt(27);
    return Duration.ofMillis(random.nextLong(millis) + 1);
  }

  void tell(String who, String what) {
    Line line = new Line(now, who, what);
    if (isTold) System.out.println(told(line));
    trace.add(line);
    if (trace.size() > TRACE_LINES) trace.removeFirst();
  }
}
