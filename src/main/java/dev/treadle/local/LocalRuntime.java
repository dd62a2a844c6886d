package dev.treadle.local;

import com.sun.net.httpserver.HttpServer;
import dev.treadle.Agent;
import dev.treadle.CachedSecrets;
import dev.treadle.Redaction;
import dev.treadle.StepExecutor;
import dev.treadle.approval.Approvers;
import dev.treadle.approval.DecisionKeys;
import dev.treadle.approval.SignedDecisions;
import dev.treadle.aws.AwsSecrets;
import dev.treadle.drift.DriftEvents;
import dev.treadle.drift.RunJudge;
import dev.treadle.drift.SeriesTable;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Breakers;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.HaltCheck;
import dev.treadle.engine.KillSwitch;
import dev.treadle.engine.Loop;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.lambda.AgentExecutors;
import dev.treadle.lambda.ApprovalHandler;
import dev.treadle.lambda.ExpectedFires;
import dev.treadle.lambda.FireWatch;
import dev.treadle.lambda.LogFields;
import dev.treadle.lambda.LogGate;
import dev.treadle.lambda.ModelAccess;
import dev.treadle.lambda.ScheduledSeries;
import dev.treadle.lambda.StepHandler;
import dev.treadle.lambda.Traces;
import dev.treadle.lambda.WebhookSecrets;
import dev.treadle.llm.Models;
import dev.treadle.llm.scripted.Scenario;
import dev.treadle.llm.settings.ModelSettings;
import dev.treadle.tool.Mailer;
import dev.treadle.trigger.Schedule;
import dev.treadle.trigger.ScheduleTrigger;
import dev.treadle.trigger.WebhookReceiver;
import dev.treadle.trigger.WebhookSource;
import dev.treadle.web.Pages;
import dev.treadle.web.SeriesDesk;
import dev.treadle.web.Site;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Treadle on one machine: the engine that production uses, over an embedded store and queue, with a
 * poller, a watchdog and a scheduler in place of Lambda and EventBridge. Listens on loopback only.
 */
public final class LocalRuntime implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LocalRuntime.class);
  private static final int WORKERS = 64;
  private static final Duration TICK = Duration.ofSeconds(5);

  /** Those who follow a task hear of its end within a poll. */
  private static final int COMMANDS_END_SECONDS = 5;

  private final Redaction redaction = Redaction.ofEnvironment(System.getenv());
  private final Settings settings;
  private final InstantSource clock = InstantSource.system();
  private final Traces traces = Traces.ofEnvironment(System.getenv());
  private final Ground ground;
  private final Narrator store;
  private final HttpServer http;
  private final VirtualThreads toolThreads = new VirtualThreads();
  private final ScheduledExecutorService ticking = Executors.newSingleThreadScheduledExecutor();
  private final AgentCatalog agents;
  private final NoticeQueue notices = new NoticeQueue();
  private final KillSwitch killSwitch;
  private final Loop loop;
  private final Deciding deciding;
  private final Optional<ApprovalFront> approvals;
  private final DecisionKeys decisionKeys;
  private final Poller poller;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean serving;
  private volatile boolean polling;
  private volatile List<Schedule> schedules = List.of();

  /**
   * How a runtime is opened.
   *
   * @param data where everything is kept
   * @param port of the loopback server; zero for any
   * @param scenario plays for the agent that it names, instead of the script beside the agent
   * @param pace a pause before each step, to watch
   * @param endpoint where tasks are kept instead of in the folder
   * @param keys where the keys of links and decisions lie, if not in the folder
   */
  record Settings(
      Path data,
      int port,
      Optional<Path> scenario,
      Duration pace,
      Optional<Ground.Endpoint> endpoint,
      Optional<Path> keys) {}

  /** The runtime cannot be opened; the message says why and what to do. */
  public static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    Unavailable(String message) {
      super(message);
    }
  }

  private LocalRuntime(Settings settings, Ground ground, HttpServer http) throws Unavailable {
    LogGate.close(redaction);
    this.settings = settings;
    this.ground = ground;
    this.http = http;
    Worker worker = new Worker(clock, new SecureRandom(), Defaults.LEASE);
    store = new Narrator(LogFields.around(new DriftEvents(ground.store(), LOG::info)));
    Breakers breakers = new Breakers(ground.breakers(), worker);
    LocalAgents known = new LocalAgents(settings.data(), site(), clock, redaction);
    HaltCheck halted = new HaltCheck(ground.breakers(), clock);
    List<Agent> found = known.all().stream().map(agent -> around(agent, breakers, halted)).toList();
    agents = new AgentCatalog(found);
    killSwitch = new KillSwitch(ground.breakers(), agents, clock);
    KeyFolder keys = keys();
    decisionKeys = keys.decisionKeys();
    loop =
        Loop.on(
            new Loop.Places(store, ground.queue(), notices),
            agents,
            traces.around(halted.around(breakers.around(executor(found)))),
            new SignedDecisions(store, decisionKeys),
            new RunJudge(ground.series()),
            toolThreads,
            worker);
    deciding =
        Deciding.on(
            new Deciding.Ground(loop, ground.links(), agents, approvers(found)),
            keys,
            clock,
            new SecureRandom());
    approvals = front(known.mailer());
    poller =
        new Poller(
            ground.source(),
            new StepHandler(loop.engine(), ground.source(), clock, traces),
            ground.waiting(),
            WORKERS,
            death -> LOG.error("the poller died; restart the runtime", death));
  }

  private Agent around(Agent agent, Breakers breakers, HaltCheck halted) {
    return LogFields.around(traces.around(halted.around(breakers.around(redaction.around(agent)))));
  }

  private Optional<ApprovalFront> front(Mailer mailer) {
    SeriesDesk series = scheduledSeries(() -> schedules).desk();
    return ApprovalFront.of(deciding, notices, store, mailer, site(), clock, series);
  }

  /** Opens the data folder and the port, and runs nothing yet. */
  static LocalRuntime open(Settings settings) throws IOException, Unavailable {
    new DataFolder(settings.data()).make();
    HttpServer http = listen(settings.port());
    Ground ground = null;
    try {
      ground =
          settings.endpoint().isPresent()
              ? Ground.at(settings.endpoint().get())
              : Ground.embedded(settings.data(), InstantSource.system(), new SecureRandom());
      return new LocalRuntime(settings, ground, http);
    } catch (FileRecords.Unusable unusable) {
      http.stop(0);
      throw new Unavailable(String.valueOf(unusable.getMessage()));
    } catch (Unavailable unavailable) {
      http.stop(0);
      if (ground != null) ground.closing().run();
      throw unavailable;
    }
  }

  private static HttpServer listen(int port) throws IOException, Unavailable {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (BindException taken) {
      throw new Unavailable(
          "port %d of this machine is taken; choose another with --port, or 0 for any"
              .formatted(port));
    }
  }

  /** Starts the server, so that the site's pages and commands are answered. */
  void serve(CommandServer.CommandRunner commands) throws IOException {
    byte[] secret = new byte[16];
    new SecureRandom().nextBytes(secret);
    String hex = HexFormat.of().formatHex(secret);
    http.createContext(CommandServer.PATH, new CommandServer(hex, commands));
    SampleSites.install(http, settings.data(), clock);
    http.createContext("/", new HttpFront(new ApprovalHandler(pages()), deciding.person()));
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
    serving = true;
    new RuntimeFile(http.getAddress().getPort(), hex).writeTo(settings.data());
  }

  private Site pages() {
    var names = deciding.approvers().names();
    var pages = Pages.reflecting();
    Site tasks = Site.ofTasks(loop, series(), killSwitch, names, Optional.empty(), pages, clock);
    return approvals.map(front -> front.site().with(tasks)).orElse(tasks);
  }

  /** Receives webhooks from now on. */
  void receive(List<WebhookSource> sources) {
    WebhookSecrets secrets =
        new WebhookSecrets(
            new CachedSecrets(new AwsSecrets(Optional.empty(), Optional.empty()), clock),
            name -> Optional.ofNullable(System.getenv(name)),
            redaction);
    WebhookReceiver receiver = new WebhookReceiver(sources, secrets, loop.starter());
    http.createContext(LocalHooks.PATH, new LocalHooks(receiver, clock));
  }

  /** Starts to run what is due, here and now and from now on. */
  void poll(List<Schedule> schedules) {
    polling = true;
    this.schedules = List.copyOf(schedules);
    poller.start();
    approvals.ifPresent(ApprovalFront::start);
    LocalScheduler scheduler = new LocalScheduler(trigger(), schedules, clock.instant());
    FireWatch fires = new FireWatch(schedules, expectedFires(), series(), LOG::warn);
    var _ =
        ticking.scheduleWithFixedDelay(
            () -> tick(scheduler, fires), 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void tick(LocalScheduler scheduler, FireWatch fires) {
    // Each for itself: a task that cannot be read must not keep schedules from firing.
    attempt("the watchdog", () -> loop.watchdog().tick());
    attempt(
        "the scheduler", () -> scheduler.tick(clock.instant()).forEach(LocalScheduler.Fired::tell));
    // Last: a slot that is made up after a restart is no missed one.
    attempt("the watch of fires", () -> fires.tick(clock.instant()));
  }

  private static void attempt(String who, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException failed) {
      LOG.error(who + " failed and tries again in " + TICK, failed);
    }
  }

  private ScheduleTrigger trigger() {
    return new ScheduleTrigger(loop.starter(), store);
  }

  /** On a folder of its own the runtime makes its keys; elsewhere others check what it signs. */
  private KeyFolder keys() throws Unavailable {
    try {
      if (settings.keys().isPresent()) return KeyFolder.open(settings.keys().get());
      return settings.endpoint().isPresent()
          ? KeyFolder.NONE
          : KeyFolder.openOrCreate(settings.data().resolve("keys"), new SecureRandom());
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new Unavailable("the keys cannot be used: " + unreadable.getMessage());
    }
  }

  private Approvers approvers(List<Agent> found) throws Unavailable {
    try {
      return Deciding.approvers(settings.data(), found);
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new Unavailable(Deciding.APPROVERS_FILE + ": " + unreadable.getMessage());
    }
  }

  private StepExecutor executor(List<Agent> found) throws Unavailable {
    Optional<Models> real = models();
    StepExecutor executor =
        real.isPresent() && settings.scenario().isEmpty()
            ? AgentExecutors.on(traces.around(real.get()), found)
            : AgentExecutors.scripted(givenScenario(found), found);
    return settings.pace().isZero() ? executor : new PacedExecutor(executor, settings.pace());
  }

  private Optional<Models> models() throws Unavailable {
    try {
      return ModelSettings.models(
          System.getenv(), ModelAccess.ofTheProcess(clock, redaction), clock);
    } catch (IllegalArgumentException wrong) {
      throw new Unavailable(String.valueOf(wrong.getMessage()));
    }
  }

  private Optional<Scenario> givenScenario(List<Agent> found) throws Unavailable {
    if (settings.scenario().isEmpty()) return Optional.empty();
    Path file = settings.scenario().get();
    try {
      Scenario scenario = Scenario.parse(Files.readString(file));
      if (found.stream().noneMatch(agent -> agent.name().equals(scenario.name()))) {
        throw new Unavailable("--scenario: there is no agent named " + scenario.name());
      }
      return Optional.of(scenario);
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new Unavailable("--scenario: " + file + ": " + unreadable.getMessage());
    }
  }

  String site() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  Narrator store() {
    return store;
  }

  Ground ground() {
    return ground;
  }

  AgentCatalog catalog() {
    return agents;
  }

  Loop loop() {
    return loop;
  }

  KillSwitch killSwitch() {
    return killSwitch;
  }

  Deciding deciding() {
    return deciding;
  }

  DecisionKeys decisionKeys() {
    return decisionKeys;
  }

  NoticeQueue notices() {
    return notices;
  }

  SeriesTable series() {
    return ground.series();
  }

  /** The series of this runtime beside schedules. */
  ScheduledSeries scheduledSeries(Supplier<List<Schedule>> known) {
    return new ScheduledSeries(known, expectedFires(), series(), agents, clock);
  }

  private ExpectedFires expectedFires() {
    return new ExpectedFires(store, series(), trigger());
  }

  /** What ticks here. */
  List<Schedule> schedules() {
    return schedules;
  }

  InstantSource clock() {
    return clock;
  }

  DataFolder folder() {
    return new DataFolder(settings.data());
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    // One that did not serve must leave the file of another that does.
    if (serving) RuntimeFile.deleteFrom(settings.data());
    // Another process may still read the end of its command's output.
    http.stop(COMMANDS_END_SECONDS);
    // A tick in the middle of a transaction ends before the store does.
    ticking.close();
    approvals.ifPresent(ApprovalFront::close);
    if (polling) poller.close();
    toolThreads.close();
    traces.close();
    ground.closing().run();
  }
}
