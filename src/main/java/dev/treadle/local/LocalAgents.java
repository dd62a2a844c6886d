package dev.treadle.local;

import dev.treadle.Agent;
import dev.treadle.AgentSource;
import dev.treadle.Redaction;
import dev.treadle.Secrets;
import dev.treadle.agents.canary.CanaryAgent;
import dev.treadle.agents.content.ContentAgent;
import dev.treadle.agents.pricing.PriceBook;
import dev.treadle.agents.pricing.PricingAgent;
import dev.treadle.agents.research.ResearchAgent;
import dev.treadle.agents.runner.RunnerAgent;
import dev.treadle.lambda.McpDeployment;
import dev.treadle.lambda.ModelAccess;
import dev.treadle.tool.HttpPost;
import dev.treadle.tool.Mailer;
import dev.treadle.tool.McpTools;
import dev.treadle.tool.Outbox;
import dev.treadle.tool.Reach;
import dev.treadle.tool.SmtpMailer;
import dev.treadle.tool.SmtpSettings;
import dev.treadle.tool.WebPages;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The agents of a local runtime, and what they reach the world with.
 *
 * @param data the folder of prices, reports and mails
 * @param site the origin of this runtime's own pages
 */
record LocalAgents(Path data, String site, InstantSource clock, Redaction redaction) {
  private static final String MAIL_FROM = "treadle@localhost";

  /**
   * All of them, with the tools that the environment gives them.
   *
   * @throws LocalRuntime.Unavailable the environment is wrong; the message names the field
   */
  List<Agent> all() throws LocalRuntime.Unavailable {
    List<Agent> found = new ArrayList<>();
    found.add(CanaryAgent.agent());
    PriceBook book = new PriceBook(data.resolve("prices"));
    found.add(new PricingAgent(pages(), book, mailer(), clock).agent());
    found.add(new ResearchAgent(pages(), data.resolve("reports")).agent());
    found.add(new ContentAgent(posts(), URI.create(site + "/press")).agent());
    found.add(new RunnerAgent(posts(), URI.create(site + "/api/items")).agent());
    for (AgentSource source : ServiceLoader.load(AgentSource.class)) found.addAll(source.agents());
    try {
      return McpTools.equip(found, McpDeployment.ofTheProcess(reach(), clock, redaction));
    } catch (IllegalArgumentException wrong) {
      throw new LocalRuntime.Unavailable(String.valueOf(wrong.getMessage()));
    }
  }

  /** The trial sites of this runtime are on loopback, where no other page may be. */
  private WebPages pages() {
    return new WebPages(reach().withOrigin(site), clock);
  }

  private HttpPost posts() {
    return new HttpPost(reach().withOrigin(site), clock);
  }

  static Reach reach() {
    return Reach.fromEnvironment(Optional.ofNullable(System.getenv(Reach.ORIGINS)));
  }

  Mailer mailer() {
    Secrets secrets = ModelAccess.ofTheProcess(clock, redaction).secrets();
    return SmtpSettings.fromEnvironment(System.getenv(), secrets)
        .<Mailer>map(smtp -> new SmtpMailer(smtp, clock))
        .orElseGet(() -> new Outbox(new DataFolder(data).outbox(), MAIL_FROM, clock));
  }
}
