package dev.treadle.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.DeliveryCheck;
import dev.treadle.Gate;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.Preview;
import dev.treadle.Quorum;
import dev.treadle.StepExecutor;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.approval.ApprovalDesk;
import dev.treadle.approval.Approver;
import dev.treadle.approval.Approvers;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DecisionForm;
import dev.treadle.approval.DecisionSigner;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Entrance;
import dev.treadle.approval.KeyText;
import dev.treadle.approval.LinkKeys;
import dev.treadle.approval.LinkMint;
import dev.treadle.approval.SignedDecisions;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Disposition;
import dev.treadle.engine.HaltCheck;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.KillSwitch;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.StepSource;
import dev.treadle.engine.Task;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.lambda.AgentExecutors;
import dev.treadle.lambda.ApprovalHandler;
import dev.treadle.llm.scripted.Scenario;
import dev.treadle.tool.Outbox;
import dev.treadle.trigger.WebhookReceiver;
import dev.treadle.web.AwsConsole;
import dev.treadle.web.Pages;
import dev.treadle.web.SeriesDesk;
import dev.treadle.web.Site;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A whole deployment in one process for people to knock at: the production loop on a scripted
 * agent, the desk with its keys, pages on loopback, and mail in a folder. Only the clock is ours.
 */
final class Office implements AutoCloseable {
  static final TaskId TASK = new TaskId("t-1");
  static final String PAGE_TITLE = "Publish 1 article to blog.example.com";
  private static final Pattern LINK = Pattern.compile("http://\\S+/approvals/\\S+");

  /** What the agent publishes. */
  record Article(String headline, String text, int copies) {}

  /** What the agent pays. */
  record Payment(String to, String amount) {}

  final SettableClock clock = new SettableClock();
  final MapRecords records = new MapRecords();
  final ReadCount reads = new ReadCount(new EmbeddedTaskStore(records));
  final Narrator store = new Narrator(reads);
  final List<Article> published = new ArrayList<>();
  final List<Payment> paid = new ArrayList<>();

  /** The messages to workers and to the notifier. */
  final List<String> told = new ArrayList<>();

  final Loop loop;
  final ApprovalDesk desk;
  final LinkMint mint;
  boolean fails;
  private final NoticeQueue notices = new NoticeQueue();
  private final EmbeddedQueue queue =
      new EmbeddedQueue(records, clock, new SecureRandom(), EmbeddedQueue.Terms.DEFAULT);
  private final VirtualThreads threads = new VirtualThreads();
  private final HttpServer http;
  private final ApprovalFront front;
  private final Path mails;

  Office(Path folder, Gate gate, String tool, ObjectNode arguments) throws IOException {
    this(folder, "ann", gate, tool, arguments);
  }

  /** Whoever reaches the pages is signed in as this person. */
  private Office(Path folder, String person, Gate gate, String tool, ObjectNode arguments)
      throws IOException {
    this(
        folder,
        person,
        office -> office.clerk(gate),
        agent -> AgentExecutors.scripted(Optional.of(scenario(tool, arguments)), List.of(agent)));
    ObjectNode request =
        Json.object()
            .put("task_id", TASK.value())
            .put("task_type", "clerk")
            .put("triggered_by", "schedule:morning");
    request.putObject("input_data");
    loop.starter().start(request);
    work();
  }

  /** An office in which nothing runs yet. */
  Office(Path folder, Function<Office, Agent> employment, Function<Agent, StepExecutor> executor)
      throws IOException {
    this(folder, "ann", employment, executor);
  }

  private Office(
      Path folder,
      String person,
      Function<Office, Agent> employment,
      Function<Agent, StepExecutor> executor)
      throws IOException {
    mails = folder.resolve("outbox");
    Worker worker = new Worker(clock, new SecureRandom(), Defaults.LEASE);
    EmbeddedBreakerTable breakers = new EmbeddedBreakerTable(records);
    HaltCheck halted = new HaltCheck(breakers, worker.clock());
    Agent agent = halted.around(employment.apply(this));
    AgentCatalog agents = new AgentCatalog(List.of(agent));
    Loop.Places places = new Loop.Places(store, queue, notices);
    KeyText.Fresh keys = KeyText.fresh("k1", new SecureRandom());
    LinkKeys links = KeyText.linkKeys(keys.linkKeys());
    DecisionSigner signer = KeyText.signer(keys.decisionKey());
    loop =
        Loop.on(
            places,
            agents,
            halted.around(executor.apply(agent)),
            new SignedDecisions(store, KeyText.decisionKeys(keys.decisionKeys())),
            Office::unjudged,
            threads,
            worker);
    Approvers approvers =
        new Approvers(
            Map.of(
                Gate.Ruling.Ask.USUAL_GROUP,
                List.of(
                    new Approver("ann", "Ann", "ann@example.com"),
                    new Approver("ben", "Ben", "ben@example.com"))));
    EmbeddedLinks kept = new EmbeddedLinks(records);
    desk =
        new ApprovalDesk(
            store, loop.answers(), agents, approvers, new Entrance(links, kept), signer, clock);
    mint = new LinkMint(links, kept, new SecureRandom(), clock);
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    front =
        ApprovalFront.of(
                new Deciding(approvers, Optional.of(desk), Optional.of(mint), person),
                notices,
                store,
                new Outbox(mails, "treadle@example.com", clock),
                site(),
                clock,
                new SeriesDesk(
                    List::of, _ -> Optional.empty(), new EmbeddedSeriesTable(records), clock))
            .orElseThrow();
    Site tasks =
        Site.ofTasks(
            loop,
            new EmbeddedSeriesTable(records),
            new KillSwitch(breakers, agents, worker.clock()),
            approvers.names(),
            Optional.of(new AwsConsole("eu-central-1", "/aws/lambda/step", true)),
            Pages.reflecting(),
            clock);
    http.createContext("/", new HttpFront(new ApprovalHandler(front.site().with(tasks)), person));
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
  }

  private Agent clerk(Gate gate) {
    return Agent.named("clerk")
        .instructions("Do it.")
        .tool(publish())
        .tool(
            Tool.irreversible(
                "pay",
                "Pays",
                BlastRadius.VERY_HIGH,
                Payment.class,
                (payment, _) -> {
                  paid.add(payment);
                  return ToolOutcome.succeeded("paid");
                }))
        .gate(gate)
        .build();
  }

  /** Takes webhooks too. */
  void receive(WebhookReceiver receiver) {
    http.createContext(LocalHooks.PATH, new LocalHooks(receiver, clock));
  }

  private static DeliveryCheck.Judged unjudged(DeliveryCheck.Delivery delivery) {
    throw new AssertionError("no task that runs here has a series: " + delivery);
  }

  /** An agent that wants to publish. */
  static Office publishing(Path folder) throws IOException {
    return publishing(folder, "ann");
  }

  static Office publishing(Path folder, String person) throws IOException {
    return new Office(folder, person, Gate.STANDARD, "publish", article());
  }

  /** Ann and Ben must both say yes. */
  static Office publishingByTwo(Path folder) throws IOException {
    Gate.Ruling.Ask ask = Gate.Ruling.Ask.USUAL.of(new Quorum(2, false));
    return new Office(folder, Gate.STANDARD.with("publish", ask), "publish", article());
  }

  static ObjectNode article() {
    return Json.object()
        .put("headline", "Oak desks get dearer")
        .put("text", "Three of fifteen prices changed.\nThe pages were read this morning.")
        .put("copies", 1);
  }

  private Tool publish() {
    return Tool.irreversible(
            "publish", "Publishes", BlastRadius.MEDIUM, Article.class, this::publish)
        .shownAs(
            new Tool.Review(
                _ -> PAGE_TITLE,
                arguments ->
                    List.of(
                        Preview.text("Headline", arguments.path("headline").asText()),
                        Preview.text("Text", arguments.path("text").asText())),
                Set.of()));
  }

  private ToolOutcome publish(Article article, Invocation call) {
    if (fails) return ToolOutcome.failed("the blog is read-only today");
    published.add(article);
    return ToolOutcome.succeeded("published as article 7");
  }

  private static Scenario scenario(String tool, ObjectNode arguments) {
    ObjectNode scenario = Json.object().put("name", "clerk");
    var answers = scenario.putArray("answers");
    ObjectNode call = Json.object().put("tool", tool);
    call.set("arguments", arguments);
    answers.addObject().put("text", "The readers are waiting.").putArray("calls").add(call);
    ObjectNode end = Json.object().put("tool", "complete_task");
    end.putObject("arguments").putObject("output");
    answers.addObject().putArray("calls").add(end);
    return Scenario.parse(Json.write(scenario));
  }

  String site() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  /** Runs what is due now: steps, and then the messages to people. */
  void work() {
    List<StepSource.Received> received = queue.receive(10);
    while (!received.isEmpty()) {
      for (StepSource.Received each : received) {
        told.add(each.body());
        switch (loop.engine()
            .deliver(StepMessage.parse(each.body()).orElseThrow(), Defaults.FUNCTION_TIMEOUT)) {
          case Disposition.Acknowledge() -> queue.delete(each.receipt());
          case Disposition.KeepUntil(var when) ->
              queue.hideFor(each.receipt(), Duration.between(clock.instant(), when));
        }
      }
      received = queue.receive(10);
    }
    try {
      for (var notice = notices.poll(0); notice.isPresent(); notice = notices.poll(0)) {
        told.add(notice.get().body());
        front.handOver(notice.get());
      }
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  void pass(Duration time) {
    clock.pass(time);
    loop.watchdog().tick();
    work();
  }

  /** Ann says yes to the one open question of a task. */
  void approve(TaskId task) {
    Approval question =
        store.approvals(task).stream().filter(Approval::isOpen).findFirst().orElseThrow();
    Caller ann = new Caller.Person("ann", task);
    DeskAnswer.Open page = (DeskAnswer.Open) desk.view(ann, question.id());
    DeskAnswer answer =
        desk.decide(
            ann,
            question.id(),
            new DecisionForm(
                question.version(),
                Decision.Choice.APPROVE,
                question.action().argumentsDigest(),
                page.nonce(),
                "",
                page.view().requiredConfirmation(),
                Optional.empty()));
    if (!(answer instanceof DeskAnswer.Recorded)) throw new AssertionError(answer);
    work();
  }

  /** What {@code treadle show} prints. */
  String shown() {
    StringWriter said = new StringWriter();
    Task task = store.find(TASK).orElseThrow();
    new TaskPage(
            TaskLine.of(store, task, clock.instant()),
            store.input(TASK),
            store.journal(TASK, JournalItem.firstKeyFromSnapshot(0)),
            store.ledger(TASK),
            store.approvals(TASK),
            store.notifications(TASK),
            store.children(TASK),
            clock.instant())
        .print(new PrintWriter(said, true));
    return said.toString();
  }

  Approval approval() {
    return store.approvals(TASK).getFirst();
  }

  /** The links in the newest mails to a person, as their mail program shows them. */
  String link(String address) throws IOException {
    for (String mail : mails()) {
      if (!mail.contains("To: " + address)) continue;
      Matcher link = LINK.matcher(decoded(mail));
      if (link.find()) return link.group();
    }
    throw new AssertionError("there is no mail to " + address);
  }

  List<String> mails() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(mails)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".eml")).toList()) {
        texts.add(Files.readString(file));
      }
    }
    return texts;
  }

  /** Quoted-printable. */
  static String decoded(String mail) {
    byte[] text = mail.replace("=\r\n", "").getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length; i++) {
      boolean isEscape =
          text[i] == '='
              && i + 2 < text.length
              && Character.digit(text[i + 1], 16) >= 0
              && Character.digit(text[i + 2], 16) >= 0;
      if (isEscape) {
        bytes.write(Integer.parseInt(new String(text, i + 1, 2, StandardCharsets.US_ASCII), 16));
        i += 2;
      } else {
        bytes.write(text[i]);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.stop(0);
    front.close();
    threads.close();
  }
}
