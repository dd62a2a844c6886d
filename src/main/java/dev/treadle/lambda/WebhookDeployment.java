package dev.treadle.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.CachedSecrets;
import dev.treadle.Json;
import dev.treadle.Redaction;
import dev.treadle.Secrets;
import dev.treadle.Violation;
import dev.treadle.aws.AwsSecrets;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Starter;
import dev.treadle.trigger.WebhookFile;
import dev.treadle.trigger.WebhookReceiver;
import dev.treadle.trigger.WebhookSource;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * The webhook function's sources, from {@code TREADLE_WEBHOOKS}: a document of {@link WebhookFile}.
 */
@Singleton
public class WebhookDeployment {
  private final Config config;

  public WebhookDeployment(Config config) {
    this.config = config;
  }

  @Produces
  @Singleton
  WebhookReceiver receiver(
      AgentCatalog agents, Starter starter, InstantSource clock, Redaction redaction) {
    Secrets cached = new CachedSecrets(new AwsSecrets(Optional.empty(), Optional.empty()), clock);
    WebhookSecrets secrets =
        new WebhookSecrets(cached, name -> config.getOptionalValue(name, String.class), redaction);
    return new WebhookReceiver(sources(agents), secrets, starter);
  }

  private List<WebhookSource> sources(AgentCatalog agents) {
    try {
      JsonNode document =
          Json.parse(config.getOptionalValue("treadle.webhooks", String.class).orElse("{}"));
      return switch (WebhookFile.read(document, agents)) {
        case WebhookFile.Valid(List<WebhookSource> sources) -> sources;
        case WebhookFile.Invalid(List<Violation> violations) ->
            throw new IllegalStateException("TREADLE_WEBHOOKS: " + violations);
      };
    } catch (Json.MalformedJson malformed) {
      throw new IllegalStateException(
          "TREADLE_WEBHOOKS must be JSON: " + malformed.getMessage(), malformed);
    }
  }
}
