package dev.treadle.lambda;

import dev.treadle.Redaction;
import dev.treadle.Secrets;
import dev.treadle.trigger.WebhookScheme;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The secrets of webhooks by their names: a reference is read where it points, and any other name
 * is that of a variable of the process.
 *
 * @param redaction hides each secret from the moment it is read
 */
public record WebhookSecrets(
    Secrets secrets, Function<String, Optional<String>> variables, Redaction redaction)
    implements Function<String, Optional<String>> {
  private static final Logger LOG = Logger.getLogger(WebhookSecrets.class);

  @Override
  public Optional<String> apply(String name) {
    Optional<String> secret = value(name);
    secret.ifPresent(this::hide);
    return secret;
  }

  /** What stands behind the prefix is as good as the whole. */
  private void hide(String secret) {
    redaction.hide(secret);
    if (secret.startsWith(WebhookScheme.SECRET_PREFIX)) {
      redaction.hide(secret.substring(WebhookScheme.SECRET_PREFIX.length()));
    }
  }

  private Optional<String> value(String name) {
    if (!Secrets.isReference(name)) return variables.apply(name);
    try {
      return Optional.of(secrets.read(name));
    } catch (Secrets.Unreadable unreadable) {
      // The sender is told to try again; only here does anybody hear why.
      LOG.error(unreadable.getMessage());
      return Optional.empty();
    }
  }
}
