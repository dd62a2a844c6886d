package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.SeriesKey;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.agents.pricing.PriceBook;
import dev.treadle.agents.pricing.PricingAgent;
import dev.treadle.approval.ApprovalDesk;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DecisionForm;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.SignedDecisions;
import dev.treadle.drift.RunJudge;
import dev.treadle.drift.SeriesTable;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Disposition;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.StepSource;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.lambda.AgentExecutors;
import dev.treadle.lambda.Scripts;
import dev.treadle.tool.Mail;
import dev.treadle.tool.Mailer;
import dev.treadle.tool.Reach;
import dev.treadle.tool.SendMail;
import dev.treadle.tool.WebPages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The pricing agent every morning in a world of its own: store and queue in memory, a clock that is
 * set, and a mailer that only counts. Its mail leaves without a human, as where a team trusts it.
 */
final class Mornings implements AutoCloseable {
  /** Far above the eight deliveries that a morning takes. */
  private static final int DELIVERIES_MAX = 200;

  private final InstantSource clock;
  private final Optional<SeriesKey> series;
  private final String site;
  private final MapRecords records = new MapRecords();
  private final EmbeddedQueue queue;
  private final SeriesTable table = new EmbeddedSeriesTable(records);
  private final VirtualThreads threads = new VirtualThreads();
  private final Loop loop;
  private final Deciding deciding;
  private final List<Mail> mails = new ArrayList<>();

  /**
   * A world in which nothing has run.
   *
   * @param series what the mornings belong to; without one nothing is judged
   * @param site where the shops are
   */
  Mornings(Path folder, InstantSource clock, Optional<SeriesKey> series, String site)
      throws IOException {
    this.clock = clock;
    this.series = series;
    this.site = site;
    Random random = new Random(21);
    queue = new EmbeddedQueue(records, clock, random, EmbeddedQueue.Terms.DEFAULT);
    Mailer mailer =
        (mail, key) -> {
          mails.add(mail);
          return new Mailer.Sent(key, key + "@localhost");
        };
    WebPages pages = new WebPages(Reach.PUBLIC.withOrigin(site), clock);
    List<Agent> agents =
        List.of(trusted(new PricingAgent(pages, new PriceBook(folder), mailer, clock)));
    KeyFolder keys = KeyFolder.openOrCreate(folder.resolve("keys"), random);
    TaskStore store = new EmbeddedTaskStore(records);
    AgentCatalog catalog = new AgentCatalog(agents);
    loop =
        Loop.on(
            new Loop.Places(store, queue, new NoticeQueue()),
            catalog,
            AgentExecutors.scripted(Optional.empty(), agents),
            new SignedDecisions(store, keys.decisionKeys()),
            new RunJudge(table),
            threads,
            new Worker(clock, random, Defaults.LEASE));
    deciding =
        Deciding.on(
            new Deciding.Ground(
                loop, new EmbeddedLinks(records), catalog, Deciding.approvers(folder, agents)),
            keys,
            clock,
            random);
  }

  private static Agent trusted(PricingAgent pricing) {
    Agent agent = pricing.agent();
    Gate gate =
        agent
            .gate()
            .with(SendMail.NAME, Gate.Ruling.ALLOW)
            // A report quotes shops; what the team trusts is that it goes to one mailbox of its
            // own.
            .withRule("outside-text", Gate.Ruling.ALLOW);
    return new Agent(
        agent.name(),
        agent.instructions(),
        agent.model(),
        agent.input(),
        agent.output(),
        agent.tools(),
        agent.phases(),
        agent.limits(),
        gate,
        agent.chains(),
        agent.drift());
  }

  /** Starts the morning's task and runs it until it has ended or waits for a human. */
  Task run(TaskId id) {
    ObjectNode request = Json.object();
    request.put("task_id", id.value()).put("task_type", PricingAgent.NAME);
    request.put("triggered_by", "schedule:" + PricingAgent.NAME);
    series.ifPresent(key -> request.put("series", key.value()));
    String input = Scripts.sampleInput(PricingAgent.NAME, site).orElseThrow();
    request.set("input_data", Json.read(input, JsonNode.class));
    if (loop.starter().start(request) instanceof StartAnswer.Refused(var violations)) {
      throw new IllegalStateException("the sample of the pricing agent is refused: " + violations);
    }
    return settled(id);
  }

  /** Runs what is due until a task has ended or waits for a human. */
  Task settled(TaskId id) {
    for (int delivery = 0; delivery < DELIVERIES_MAX; delivery++) {
      Task task = store().find(id).orElseThrow();
      if (task.status() != Status.RUNNING) return task;
      queue.receive(1).forEach(this::deliver);
    }
    throw new IllegalStateException("task " + id + " does not come to rest");
  }

  private void deliver(StepSource.Received received) {
    StepMessage message = StepMessage.parse(received.body()).orElseThrow();
    switch (loop.engine().deliver(message, Defaults.FUNCTION_TIMEOUT)) {
      case Disposition.Acknowledge() -> queue.delete(received.receipt());
      case Disposition.KeepUntil(Instant when) ->
          queue.hideFor(received.receipt(), Duration.between(clock.instant(), when));
    }
  }

  /** Answers a question as this machine's user, through the desk and signed. */
  void decide(Approval question, Decision.Choice choice, String comment) {
    Caller me = new Caller.Person(Deciding.user(), question.taskId());
    ApprovalDesk desk = deciding.desk().orElseThrow();
    if (!(desk.view(me, question.id()) instanceof DeskAnswer.Open(var view, String nonce))) {
      throw new IllegalStateException("question " + question.id() + " cannot be answered");
    }
    DecisionForm form =
        new DecisionForm(
            view.approval().version(),
            choice,
            view.approval().action().argumentsDigest(),
            nonce,
            comment,
            view.requiredConfirmation(),
            Optional.empty());
    if (!(desk.decide(me, question.id(), form) instanceof DeskAnswer.Recorded)) {
      throw new IllegalStateException("question " + question.id() + " was not answered");
    }
  }

  /** What the watchdog does each minute: here, what nobody decided expires. */
  void tick() {
    loop.watchdog().tick();
  }

  Loop loop() {
    return loop;
  }

  TaskStore store() {
    return loop.store();
  }

  SeriesTable table() {
    return table;
  }

  /** All mails that left, the oldest first. */
  List<Mail> mails() {
    return List.copyOf(mails);
  }

  @Override
  public void close() {
    threads.close();
  }
}
