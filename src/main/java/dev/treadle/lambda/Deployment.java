package dev.treadle.lambda;

import dev.treadle.Agent;
import dev.treadle.AgentSource;
import dev.treadle.Redaction;
import dev.treadle.Secrets;
import dev.treadle.StepExecutor;
import dev.treadle.agents.canary.CanaryAgent;
import dev.treadle.agents.pricing.PriceBook;
import dev.treadle.agents.pricing.PricingAgent;
import dev.treadle.approval.ApprovalDesk;
import dev.treadle.approval.Approvers;
import dev.treadle.approval.Entrance;
import dev.treadle.approval.KeyText;
import dev.treadle.approval.LinkMint;
import dev.treadle.approval.SignedDecisions;
import dev.treadle.aws.AwsPlaces;
import dev.treadle.aws.SqsStepQueue;
import dev.treadle.drift.DriftEvents;
import dev.treadle.drift.RunJudge;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Breakers;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.HaltCheck;
import dev.treadle.engine.KillSwitch;
import dev.treadle.engine.Loop;
import dev.treadle.engine.LoopEngine;
import dev.treadle.engine.Starter;
import dev.treadle.engine.StepSource;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.llm.settings.ModelSettings;
import dev.treadle.tool.Mailer;
import dev.treadle.tool.McpTools;
import dev.treadle.tool.Outbox;
import dev.treadle.tool.Reach;
import dev.treadle.tool.SmtpMailer;
import dev.treadle.tool.SmtpSettings;
import dev.treadle.tool.WebPages;
import dev.treadle.trigger.ScheduleTrigger;
import dev.treadle.web.Pages;
import dev.treadle.web.Site;
import io.quarkus.qute.Engine;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.eclipse.microprofile.config.Config;

/**
 * What the functions are made of, from their configuration.
 *
 * <p>{@code TREADLE_TABLE}, {@code TREADLE_STEP_QUEUE}, {@code TREADLE_APPROVAL_QUEUE} (addresses)
 * and {@code TREADLE_DECISION_KEYS} (the public keys of decisions) are needed; {@code
 * TREADLE_DYNAMODB_ENDPOINT} and {@code TREADLE_SQS_ENDPOINT} send to an emulator; {@code
 * TREADLE_PRICES} is the folder of the pricing agent, which is there when it is set; mail leaves
 * over SMTP when {@code TREADLE_SMTP_URL} is set, as for SES, or into the folder {@code
 * TREADLE_OUTBOX}, or not at all; {@code TREADLE_WEB_ORIGINS} are internal sites that agents may
 * read; {@code TREADLE_MCP} are the remote MCP servers whose tools they get; {@code TREADLE_STACK}
 * is the name under which metrics are counted.
 *
 * <p>The functions of approvals need {@code TREADLE_APPROVERS} (the groups) and {@code
 * TREADLE_LINK_KEYS}; {@code approval} alone needs {@code TREADLE_DECISION_KEY}, which signs, and
 * {@code notifier} alone needs {@code TREADLE_SITE}, the address of the pages. Keys and passwords
 * may be references of secrets.
 */
@Singleton
public class Deployment {
  private static final String MAIL_FROM = "treadle@localhost";

  /** Somebody must deploy before the next try can go better. */
  private static final Duration NO_MAIL_PAUSE = Duration.ofMinutes(5);

  private final Redaction redaction = Redaction.ofEnvironment(System.getenv());
  private final Config config;
  private final InstantSource clock = InstantSource.system();
  private final Traces traces = Traces.ofEnvironment(System.getenv());
  private final ModelSettings.Access access = ModelAccess.ofTheProcess(clock, redaction);

  public Deployment(Config config) {
    this.config = config;
    LogGate.close(redaction);
  }

  @Produces
  @Singleton
  InstantSource clock() {
    return clock;
  }

  /** One for the process: what any part of it reads is hidden from every log. */
  @Produces
  @Singleton
  @Typed(Redaction.class)
  Redaction redaction() {
    return redaction;
  }

  @Produces
  @Singleton
  StepSource source(SqsStepQueue queue) {
    return queue;
  }

  @Produces
  @Singleton
  @Typed(SqsStepQueue.class)
  SqsStepQueue queue(AwsPlaces places) {
    return places.queue();
  }

  @Produces
  @Singleton
  AwsPlaces places() {
    return new AwsPlaces(
        needed("treadle.table"),
        needed("treadle.step.queue"),
        endpoint("treadle.dynamodb.endpoint"),
        endpoint("treadle.sqs.endpoint"));
  }

  /** Lines go to the log as they are: a logger's own form around them would hide the metrics. */
  @Produces
  @Singleton
  Metrics metrics() {
    String stack = config.getOptionalValue("treadle.stack", String.class).orElse("treadle");
    return new Metrics(stack, clock, System.out::println);
  }

  @Produces
  @Singleton
  Traces traces() {
    return traces;
  }

  @Produces
  @Singleton
  AgentCatalog catalog() {
    return new AgentCatalog(agents());
  }

  @Produces
  @Singleton
  Loop loop(AwsPlaces places, Metrics metrics) {
    Worker worker = new Worker(clock, new SecureRandom(), Defaults.LEASE);
    Breakers breakers = new Breakers(new MeasuredBreakers(places.breakers(), metrics), worker);
    HaltCheck halted = new HaltCheck(places.breakers(), clock);
    List<Agent> agents =
        agents().stream()
            .map(redaction::around)
            .map(breakers::around)
            .map(halted::around)
            .map(traces::around)
            .map(LogFields::around)
            .toList();
    return Loop.on(
        new Loop.Places(
            // CloudWatch reads metrics from lines of their own.
            LogFields.around(
                new MeasuredStore(new DriftEvents(places.store(), System.out::println), metrics)),
            places.queue(),
            places.notices(needed("treadle.approval.queue"))),
        new AgentCatalog(agents),
        traces.around(halted.around(breakers.around(executor(agents)))),
        new SignedDecisions(places.store(), KeyText.decisionKeys(needed("treadle.decision.keys"))),
        new RunJudge(places.series()),
        new VirtualThreads(),
        worker);
  }

  @Produces
  @Singleton
  KillSwitch killSwitch(AwsPlaces places, AgentCatalog catalog) {
    return new KillSwitch(places.breakers(), catalog, clock);
  }

  @Produces
  @Singleton
  LoopEngine engine(Loop loop) {
    return loop.engine();
  }

  @Produces
  @Singleton
  Starter starter(Loop loop) {
    return loop.starter();
  }

  @Produces
  @Singleton
  ScheduleTrigger schedules(Loop loop) {
    return new ScheduleTrigger(loop.starter(), loop.store());
  }

  @Produces
  @Singleton
  Site site(Loop loop, AwsPlaces places, Engine templates) {
    ApprovalDesk desk =
        new ApprovalDesk(
            loop.store(),
            loop.answers(),
            new AgentCatalog(agents()),
            Approvers.parse(needed("treadle.approvers")),
            new Entrance(KeyText.linkKeys(secret("treadle.link.keys")), places.links()),
            KeyText.signer(secret("treadle.decision.key")),
            clock);
    return Site.of(desk, new Pages(templates), clock);
  }

  @Produces
  @Singleton
  Notifier notifier(AwsPlaces places, Metrics metrics) {
    LinkMint mint =
        new LinkMint(
            KeyText.linkKeys(secret("treadle.link.keys")),
            places.links(),
            new SecureRandom(),
            clock);
    return new Notifier(
        places.store(),
        Approvers.parse(needed("treadle.approvers")),
        mint,
        mailer(),
        needed("treadle.site"),
        clock,
        new CountedFailures(metrics));
  }

  private List<Agent> agents() {
    List<Agent> agents = new ArrayList<>();
    agents.add(CanaryAgent.agent());
    folder("treadle.prices")
        .map(prices ->
            new PricingAgent(new WebPages(reach(), clock), new PriceBook(prices), mailer(), clock))
        .ifPresent(pricing -> agents.add(pricing.agent()));
    for (AgentSource source : ServiceLoader.load(AgentSource.class)) {
      agents.addAll(source.agents());
    }
    return McpTools.equip(agents, McpDeployment.ofTheProcess(reach(), clock, redaction));
  }

  private Reach reach() {
    return Reach.fromEnvironment(config.getOptionalValue("treadle.web.origins", String.class));
  }

  private Mailer mailer() {
    return mailer(
        SmtpSettings.fromEnvironment(System.getenv(), access.secrets()),
        folder("treadle.outbox"),
        clock);
  }

  /** Without a way out, mail fails: a file in a function is read by nobody, and goes with it. */
  static Mailer mailer(Optional<SmtpSettings> smtp, Optional<Path> outbox, InstantSource clock) {
    return smtp.<Mailer>map(settings -> new SmtpMailer(settings, clock))
        .or(() -> outbox.map(folder -> new Outbox(folder, MAIL_FROM, clock)))
        .orElse((_, _) ->
            new Mailer.Unavailable("no mail leaves: TREADLE_SMTP_URL is not set", NO_MAIL_PAUSE));
  }

  private StepExecutor executor(List<Agent> agents) {
    return ModelSettings.models(System.getenv(), access, clock)
        .map(models -> AgentExecutors.on(traces.around(models), agents))
        .orElseGet(() -> AgentExecutors.scripted(Optional.empty(), agents));
  }

  /** A key, or what its reference stands for. */
  private String secret(String name) {
    String value = needed(name);
    if (Secrets.isReference(value)) return access.secrets().read(value);
    redaction.hide(value);
    return value;
  }

  private Optional<URI> endpoint(String name) {
    return config.getOptionalValue(name, String.class).map(URI::create);
  }

  private Optional<Path> folder(String name) {
    return config.getOptionalValue(name, String.class).map(Path::of);
  }

  private String needed(String name) {
    return config
        .getOptionalValue(name, String.class)
        .orElseThrow(() ->
            new IllegalStateException(
                name.toUpperCase(java.util.Locale.ROOT).replace('.', '_') + " is not set"));
  }
}
