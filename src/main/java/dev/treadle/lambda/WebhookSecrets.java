package dev.treadle.lambda;

import dev.treadle.Secrets;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The secrets of webhooks by their names: a reference is read where it points, and any other name
 * is that of a variable of the process.
 */
public record WebhookSecrets(Secrets secrets, Function<String, Optional<String>> variables)
    implements Function<String, Optional<String>> {
  private static final Logger LOG = Logger.getLogger(WebhookSecrets.class);

  @Override
  public Optional<String> apply(String name) {
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
